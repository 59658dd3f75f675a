"""The simulated economy behaves as it says: known truth, known effects."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from scoring.lab.simulate import Truth
from scoring.lab.simulate.firms import risk
from scoring.lab.simulate.firms.risk import true_risks
from scoring.lab.simulate.firms.world import build_world
from scoring.lab.simulate.randomness import Seed
from tests.scoring.simulate.region import END, Region, period_ends, urssaf_days


def _perimeter(region: Region) -> set[str]:
    workforce = region.read("sigfaible_effectif_siren.csv").set_index("siren").filter(like="eff2")
    return set(workforce.index[workforce.astype(float).max(axis=1) >= 10])


def _failures_by_year(truth: Truth, sirens: set[str]) -> pd.Series:
    """Return the openings per firm at risk, each year."""
    at_risk = truth.risk[truth.risk["at_risk"] & truth.risk["siren"].isin(sirens)]
    exposed = at_risk.groupby(at_risk["as_of"].dt.year).size() / 4.0
    failed = truth.firms.loc[truth.firms["siren"].isin(sirens), "failed_on"].dropna()
    return (failed.groupby(failed.dt.year).size() / exposed).dropna()


def test_failure_rates_are_those_of_the_region_outside_covid(region: Region) -> None:
    rates = _failures_by_year(region.truth, _perimeter(region))
    assert 0.013 <= rates.loc[2023:2025].mean() <= 0.024


def test_covid_suppresses_failures(region: Region) -> None:
    truth = region.truth
    failed = truth.firms["failed_on"]
    suppressed = failed.between("2020-06-01", "2021-10-31").sum() / 17
    usual = failed.between("2022-06-01", "2026-05-31").sum() / 48
    assert suppressed < 0.65 * usual


def test_construction_and_hospitality_fail_more_than_health(region: Region) -> None:
    truth = region.truth
    risk = truth.risk[truth.risk["at_risk"]].merge(truth.firms[["siren", "branch"]], on="siren")
    mean = risk.groupby("branch")["risk_12"].mean()
    assert mean["construction"] > 1.3 * mean["services"]
    assert mean["hospitality"] > 1.3 * mean["services"]
    assert mean["health"] < mean["services"]


def test_true_risks_are_ordered_and_equal_observed_frequencies(region: Region) -> None:
    truth = region.truth
    assert (truth.risk["risk_12"] <= truth.risk["risk_18"] + 1e-12).all()
    assert (truth.risk["risk_18"] <= truth.risk["risk_24"] + 1e-12).all()
    matured = truth.risk[truth.risk["at_risk"] & (truth.risk["as_of"] <= "2025-04-01")]
    matured = matured.merge(truth.firms[["siren", "failed_on", "ceased_on"]], on="siren")
    until = matured["as_of"] + pd.DateOffset(months=18)
    observed = (matured["failed_on"] >= matured["as_of"]) & (matured["failed_on"] < until)
    # About 200 firms fail: a relative standard error of 7 %.
    assert matured["risk_18"].mean() == pytest.approx(observed.mean(), rel=0.25)
    assert 0.82 <= roc_auc_score(observed, matured["risk_18"]) <= 0.94
    riskiest = matured["risk_18"].between(0.05, 0.5)
    assert matured.loc[riskiest, "risk_18"].mean() == pytest.approx(
        observed[riskiest].mean(), rel=0.35
    )


def test_debts_build_up_before_failure(region: Region) -> None:
    truth = region.truth
    debts = region.read("sigfaible_debits.csv")
    debts["day"] = urssaf_days(debts["Dt_trt_ecn"])
    debts["balance"] = (debts["Mt_PO"].astype(int) + debts["Mt_PP"].astype(int)) / 100.0
    failed = truth.firms.set_index("siren")["failed_on"].dropna()

    def share_indebted(days_before: int) -> float:
        events = debts[debts["Siren"].isin(failed.index)]
        cut = events["Siren"].map(failed) - pd.Timedelta(days=days_before)
        last = events[events["day"] <= cut].groupby(["Siret", "Num_Ecn"]).tail(1)
        return float(last.groupby("Siren")["balance"].sum().gt(500).sum() / len(failed))

    near, far = share_indebted(31), share_indebted(24 * 30)
    assert near > 0.7
    assert near > far + 0.25


def test_workforce_declines_before_failure(region: Region) -> None:
    failed = region.truth.firms.set_index("siren")["failed_on"].dropna()
    workforce = region.read("sigfaible_effectif_siren.csv").set_index("siren").filter(like="eff2")
    values = workforce.astype(float)
    months = [pd.Timestamp(int(c[3:7]), (int(c[7]) - 1) * 3 + int(c[8]), 1) for c in values.columns]
    values.columns = pd.DatetimeIndex(months)
    changes = []
    for siren, day in failed.items():
        end = day.to_period("M").to_timestamp() - pd.DateOffset(months=3)
        start = end - pd.DateOffset(months=12)
        if siren in values.index and start in values and end in values:
            changes.append(values.loc[siren, end] / values.loc[siren, start])
    overall = values[pd.Timestamp(2025, 6, 1)] / values[pd.Timestamp(2024, 6, 1)]
    assert np.nanmedian(changes) < overall.median() - 0.04


def test_activite_partielle_explodes_in_covid_and_rises_with_distress(region: Region) -> None:
    consumption = region.read("consommation_ap.csv")
    hours = consumption["HEURES"].astype(float).groupby(consumption["MOIS"]).sum()
    assert hours["2020-04-01"] > 10 * hours.loc["2023-01-01":].median()
    truth = region.truth
    calm = truth.distress[truth.distress["month"] >= "2022-06-01"]
    distress = calm.groupby("siren")["distress"].mean()
    late = consumption[consumption["MOIS"] >= "2022-06-01"]
    users = distress.index.isin(late["ETAB_SIRET"].str[:9])
    assert distress[users].mean() > distress[~users].mean() + 0.3


def test_nothing_happens_after_a_firm_has_stopped(region: Region) -> None:
    legal = region.read("sireneUL.csv").set_index("siren")["etatAdministratifUniteLegale"]
    firms = region.truth.firms.set_index("siren")
    assert (legal[firms.index[firms["ceased_on"].notna()]] == "C").all()
    establishments = region.read("StockEtablissement_utf8_geo.csv").set_index("siren")
    states = establishments["etatAdministratifEtablissement"]
    assert (states[states.index.isin(legal.index[legal == "C"])] == "F").all()

    procedures = region.read("sigfaible_pcoll.csv")
    procedures["day"] = pd.to_datetime(procedures["Dt_effet"], format="%d%b%Y")
    wound_up = procedures[procedures["Lib_actx_stdx"] == "Ouverture_liquidation"]
    stop = wound_up.groupby("Siren")["day"].min() + pd.DateOffset(months=4)
    stop = pd.concat([stop, firms["ceased_on"].dropna() + pd.DateOffset(months=1)])
    contributions = region.read("sigfaible_cotisdues.csv")
    last = period_ends(contributions["periode"]).groupby(contributions["Siret"].str[:9]).max()
    both = last.index.intersection(stop.index)
    assert len(both) > 100
    # A quarterly call ends up to two months after the last month worked.
    assert (last[both] <= stop[both] + pd.DateOffset(months=2)).all()


def test_an_opening_comes_before_every_other_judgment(region: Region) -> None:
    procedures = region.read("sigfaible_pcoll.csv")
    procedures["day"] = pd.to_datetime(procedures["Dt_effet"], format="%d%b%Y")
    first = procedures.sort_values("day", kind="stable").groupby("Siren").first()
    assert first["Lib_actx_stdx"].str.startswith("Ouverture_").all()
    truth = region.truth.firms.set_index("siren")["failed_on"]
    assert (truth[first.index] == first["day"]).all()
    kinds = set(procedures["Lib_actx_stdx"].str.split("_").str[0])
    assert {"Ouverture", "Plan", "Fin", "Solde"} <= kinds
    days = procedures["day"].dt.day_of_week
    assert days.isin([1, 2, 3]).all()


def test_some_firms_stop_declaring_before_they_fail(region: Region) -> None:
    failed = region.truth.firms.set_index("siren")["failed_on"].dropna()
    contributions = region.read("sigfaible_cotisdues.csv")
    ends = period_ends(contributions["periode"])
    last = ends.groupby(contributions["Siret"].str[:9]).max().reindex(failed.index)
    silent = (failed - last).dt.days > 92
    assert 0.05 < silent.mean() < 0.6


def test_plans_repay_debts_and_some_are_refused(region: Region) -> None:
    plans = region.read("sigfaible_delais.csv")
    shares = plans["Code_externe_stade"].value_counts(normalize=True)
    assert shares["APPROB"] > 0.6
    assert shares["REFUS"] > 0.05
    created = pd.to_datetime(plans["Date_creation"], format="%d/%m/%Y")
    due = pd.to_datetime(plans["Date_echeance"], format="%d/%m/%Y")
    assert ((due - created).dt.days == plans["Duree_delai"].astype(int)).all()


def test_the_history_of_a_debt_is_a_sequence_that_only_falls(region: Region) -> None:
    debts = region.read("sigfaible_debits.csv")
    debts["balance"] = debts["Mt_PO"].astype(int) + debts["Mt_PP"].astype(int)
    debts["day"] = urssaf_days(debts["Dt_trt_ecn"])
    history = debts.groupby(["num_cpte", "Num_Ecn"])
    rank = debts["Num_Hist_Ecn"].astype(int)
    assert (rank == history.cumcount() + 1).all()
    assert ((debts["Cd_op_ecn"] == "1") == (rank == 1)).all()
    assert (history["balance"].diff().dropna() <= 0).all()
    assert (history["day"].diff().dropna() >= pd.Timedelta(0)).all()


def test_the_seasons_show_in_hospitality(region: Region) -> None:
    establishments = region.read("sigfaible_effectif_siret.csv").set_index("siret")
    hotels = establishments[establishments["ape_ins"].str[:2].isin(["55", "56"])]
    july = hotels[["eff202431", "eff202531"]].astype(float).sum().sum()
    november = hotels[["eff202442", "eff202542"]].astype(float).sum().sum()
    assert july > 1.1 * november


def test_the_risk_of_the_first_month_is_refused() -> None:
    world = build_world(firms=5, months=3, seed=Seed(1), end=END)
    with pytest.raises(ValueError, match="month before"):
        true_risks(paths=world.paths, branch=world.firms.branch, month=0, horizons=(12,))


def test_the_grid_of_the_risks_is_fine_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Straight lines between the values of a convex risk overstate its mean by one percent."""
    world = build_world(firms=80, months=40, seed=Seed(3), end=END)

    def risks() -> np.ndarray:
        month = world.timeline.size - 30
        return true_risks(
            paths=world.paths, branch=world.firms.branch, month=month, horizons=(18,)
        )[:, 0]

    asked = risks()
    monkeypatch.setattr(risk, "STATES", np.linspace(-4.5, 4.5, 2 * 72 + 1))
    monkeypatch.setattr(risk, "EXPOSURE_STEPS", 2 * 28)
    finer = risks()
    assert asked.mean() == pytest.approx(finer.mean(), rel=5e-4)
    assert np.abs(asked / finer - 1).max() < 5e-3
