"""Accounts, notices of the Bodacc and monthly series: they tell of the same firms as the rest."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.scoring.simulate.region import EXTRACTED_ON, Region

SERIES = {
    "encours_bancaires": 45,
    "interim": 60,
    "dpae": 20,
    "entrees_effectif": 60,
    "sorties_effectif": 60,
}


@pytest.fixture(scope="module")
def notices(region: Region) -> pd.DataFrame:
    """The Bodacc, with its dates."""
    return _dated(region.read("bodacc.csv"), "date_parution", "date_jugement")


@pytest.fixture(scope="module")
def accounts(region: Region) -> pd.DataFrame:
    """The ratios, with their date and the mean distress of their firm over the year before."""
    read = _dated(region.read("ratios_inpi_bce.csv"), "date_cloture_exercice")
    read["month"] = read["date_cloture_exercice"].dt.to_period("M").dt.to_timestamp()
    distress = region.truth.distress.sort_values(["siren", "month"])
    yearly = distress.groupby("siren")["distress"].rolling(12).mean()
    distress["distress"] = yearly.to_numpy()
    return read.merge(distress[["siren", "month", "distress"]].dropna(), on=["siren", "month"])


def _dated(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return frame.assign(**{column: pd.to_datetime(frame[column]) for column in columns})


def _series(region: Region, name: str) -> pd.DataFrame:
    read = region.read(f"serie_{name}.csv")
    return read.assign(month=pd.to_datetime(read["mois"]), value=read["valeur"].astype(int))


@pytest.mark.samples
def test_notices_are_written_as_in_the_bodacc(notices: pd.DataFrame, samples: Path) -> None:
    real = pd.read_csv(
        samples / "france_bodacc" / "bodacc_procol_2026-02-02_2026-02-13.csv", dtype=str
    )
    assert list(notices.columns) == list(real.columns)
    for columns in (["jugement_famille", "jugement_nature"], ["type_annonce"], ["famille_avis"]):
        told = set(notices[columns].itertuples(index=False, name=None))
        assert told <= set(real[columns].itertuples(index=False, name=None))
    published = (notices["date_parution"] - notices["date_jugement"]).dt.days
    initial = published[notices["type_annonce"] == "Avis initial"]
    appeared = pd.to_datetime(real["date_parution"]) - pd.to_datetime(real["date_jugement"])
    recent = appeared.dt.days[real["jugement_famille"] == "Jugement d'ouverture"]
    assert initial.median() == pytest.approx(recent.median(), abs=2)
    assert initial.quantile(0.9) == pytest.approx(recent.quantile(0.9), abs=5)


def test_each_opening_is_published_once_and_corrections_repeat_it(
    region: Region, notices: pd.DataFrame
) -> None:
    failed = region.truth.firms.set_index("siren")["failed_on"].dropna()
    initial = notices[notices["type_annonce"] == "Avis initial"]
    opened = initial[initial["jugement_famille"] == "Jugement d'ouverture"]
    old = failed[failed < EXTRACTED_ON - pd.DateOffset(months=2)]
    assert opened["siren"].is_unique
    assert (
        opened.set_index("siren")["date_jugement"]
        .reindex(old.index)
        .equals(old.rename("date_jugement").astype(opened["date_jugement"].dtype))
    )
    assert (notices["date_parution"] <= EXTRACTED_ON).all()
    corrected = notices[notices["type_annonce"] == "Avis rectificatif"]
    keys = ["siren", "jugement_nature", "date_jugement"]
    both = corrected.merge(initial, on=keys, suffixes=("", "_first"))
    assert len(both) == len(corrected) > 3
    assert (both["date_parution"] > both["date_parution_first"]).all()


def test_a_liquidation_after_another_procedure_converts_it(notices: pd.DataFrame) -> None:
    nature = notices["jugement_nature"]
    later = notices[nature.str.contains("conversion|résolution")]
    opened = notices[nature.str.contains("redressement judiciaire$|sauvegarde$")]
    assert len(later) > 20
    assert nature.str.contains("résolution").any()
    assert later["siren"].isin(opened["siren"]).all()


def test_accounts_are_those_deposited_in_time(accounts: pd.DataFrame) -> None:
    closed = accounts["date_cloture_exercice"]
    assert closed.dt.is_month_end.all()
    assert not accounts.duplicated(["siren", "date_cloture_exercice"]).any()
    assert closed.max() < EXTRACTED_ON - pd.DateOffset(months=3)
    complete = accounts["type_bilan"] == "C"
    assert set(accounts["type_bilan"]) == {"C", "S"}
    assert (accounts["marge_brute"].notna() == complete).all()


def test_accounts_in_difficulty_are_late_or_absent(region: Region, accounts: pd.DataFrame) -> None:
    truth = region.truth
    known = accounts[accounts["date_cloture_exercice"] == "2024-12-31"]
    distress = truth.distress[truth.distress["month"] == "2024-12-01"].set_index("siren")
    working = distress[distress["at_risk"]]
    worst = working["distress"] > working["distress"].quantile(0.85)
    deposited = working.index.isin(known["siren"])
    assert 0.3 < deposited.mean() < 0.7
    assert deposited[worst].mean() < deposited[~worst].mean() - 0.08
    secret = set(truth.firms["siren"]) - set(accounts["siren"])
    assert 0.1 < len(secret) / len(truth.firms) < 0.3


def test_accounts_worsen_with_distress(accounts: pd.DataFrame) -> None:
    distress = accounts["distress"]
    for column, sign in {
        "autonomie_financiere": -1,
        "marge_ebe": -1,
        "ratio_de_liquidite": -1,
        "credit_fournisseurs_jours": 1,
    }.items():
        correlation = np.corrcoef(distress, accounts[column].astype(float))[0, 1]
        assert sign * correlation > 0.2, column
    negative = accounts["autonomie_financiere"].astype(float) < 0
    assert 0.005 < negative.mean() < 0.15
    # The ratio alone is misleading: debt on negative equity looks like no debt.
    assert (accounts.loc[negative, "taux_d_endettement"].astype(float) <= 0).all()


def test_the_episode_weighs_on_the_turnover_of_hotels(region: Region) -> None:
    accounts = region.read("ratios_inpi_bce.csv")
    branch = region.truth.firms.set_index("siren")["branch"]
    accounts["turnover"] = accounts["chiffre_d_affaires"].astype(float)
    by_year = accounts.pivot_table(
        index="siren", columns=accounts["date_cloture_exercice"].str[:4], values="turnover"
    )
    change = by_year["2021"] / by_year["2023"]
    fell = change.groupby(branch.reindex(change.index)).median()
    assert fell["hospitality"] < fell["health"] - 0.1


@pytest.mark.parametrize("name", SERIES)
def test_series_stop_where_they_are_published(name: str, region: Region) -> None:
    read = region.read(f"serie_{name}.csv")
    assert list(read.columns)[1:] == ["mois", "valeur"]
    assert read["mois"].str.fullmatch(r"\d{4}-(0[1-9]|1[0-2])").all()
    assert read["valeur"].str.fullmatch(r"[1-9]\d*").all()
    identifier = read.columns[0]
    known = region.read("StockEtablissement_utf8_geo.csv")[identifier]
    assert read[identifier].isin(known).all()
    assert not read.duplicated([identifier, "mois"]).any()
    last = pd.to_datetime(read["mois"].max()) + pd.DateOffset(months=1)
    assert last + pd.Timedelta(days=SERIES[name]) <= EXTRACTED_ON
    assert EXTRACTED_ON - last < pd.Timedelta(days=SERIES[name] + 31)


def test_hirings_and_interim_fall_before_failure(region: Region) -> None:
    failed = region.truth.firms.set_index("siren")["failed_on"].dropna()
    for name in ("dpae", "interim"):
        rows = _series(region, name)
        rows["until"] = rows["siret"].str[:9].map(failed) - rows["month"]
        year = pd.Timedelta(days=365)
        just_before = rows.loc[rows["until"].between(pd.Timedelta(0), year), "value"].sum()
        long_before = rows.loc[rows["until"].between(2 * year, 3 * year), "value"].sum()
        assert just_before < 0.75 * long_before, name


def test_banks_lend_in_the_episode_and_are_repaid_later(region: Region) -> None:
    total = _series(region, "encours_bancaires").groupby("month")["value"].median()
    assert total["2021-06-01"] > 1.1 * total["2020-02-01"]
    assert total["2026-06-01"] < total["2021-06-01"]


def test_movements_add_up_to_the_change_of_the_workforce(region: Region) -> None:
    workforce = region.read("sigfaible_effectif_siret.csv").set_index("siret").filter(like="eff2")
    declared = workforce.astype(float).loc[:, "eff202312":"eff202512"].dropna()
    change = declared["eff202512"] - declared["eff202312"]
    moved = {}
    for name in ("entrees_effectif", "sorties_effectif"):
        rows = _series(region, name)
        inside = rows[rows["month"].between("2023-03-01", "2025-02-01")]
        moved[name] = inside.groupby("siret")["value"].sum().reindex(change.index).fillna(0)
        assert moved[name].sum() > change.abs().sum() / 2
    net = moved["entrees_effectif"] - moved["sorties_effectif"]
    assert (net == change).mean() > 0.97


def test_a_firm_that_no_longer_declares_hires_nobody(region: Region) -> None:
    declared = region.read("sigfaible_cotisdues.csv")
    last = declared.groupby("Siret")["periode"].max()
    failed = region.truth.firms.set_index("siren")["failed_on"].dropna()
    silent = last[last.index.str[:9].isin(failed.index) & (last < "202511")]
    hired = _series(region, "dpae").groupby("siret")["month"].max().reindex(silent.index).dropna()
    ended = silent.reindex(hired.index)
    end = pd.to_datetime(ended.str[:4] + "-" + (ended.str[4].astype(int) * 3).astype(str) + "-01")
    assert len(hired) > 20
    assert (hired <= end).mean() > 0.95
