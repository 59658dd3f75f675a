"""The files look like the partners' own, byte for byte the same for the same seed."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from stdnum import luhn

from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.lab.simulate import simulate
from scoring.lab.simulate.cli import DEFAULT_END
from scoring.lab.simulate.firms.geography import COMMUNES, DEPARTMENTS
from scoring.lab.simulate.firms.sectors import ACTIVITIES
from scoring.lab.simulate.simulation import WRITERS
from tests.scoring.simulate.region import EXTRACTED_ON, Region, period_ends, urssaf_days

PARTNERS = [
    "sireneUL.csv",
    "StockEtablissement_utf8_geo.csv",
    "sigfaible_effectif_siret.csv",
    "sigfaible_effectif_siren.csv",
    "sigfaible_cotisdues.csv",
    "sigfaible_debits.csv",
    "sigfaible_delais.csv",
    "sigfaible_pcoll.csv",
    "demande_ap.csv",
    "consommation_ap.csv",
]
"""The files of which there is a real extract."""


def _bytes(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def _write(directory: Path, *, seed: int) -> dict[str, bytes]:
    simulate(directory, firms=60, months=30, seed=seed, end=date(2022, 6, 1))
    return _bytes(directory)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    first = _write(tmp_path / "first", seed=3)
    again = _write(tmp_path / "again", seed=3)
    other = _write(tmp_path / "other", seed=4)
    assert again == first
    assert set(first) == {*WRITERS, "truth/firms.parquet", "truth/distress.parquet"} | {
        "truth/risk.parquet"
    }
    assert all(other[name] != content for name, content in first.items())


def test_bytes_do_not_depend_on_the_order_of_hashes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scoring", "simulate", "--firms", "40", "--months", "14"]
    for hash_seed in ("1", "2"):
        subprocess.run(
            [*command, "--out", str(tmp_path / hash_seed), "--end", DEFAULT_END],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
        )
    assert _bytes(tmp_path / "1") == _bytes(tmp_path / "2")


@pytest.mark.samples
@pytest.mark.parametrize("name", PARTNERS)
def test_headers_are_those_of_the_partners(name: str, region: Region, samples: Path) -> None:
    real = (samples / "partner_files_real" / name).read_text().splitlines()[0]
    simulated = (region.directory / name).read_text().splitlines()[0]
    separator = ";" if name.startswith("sigfaible") else ","

    def fixed(header: str) -> list[str]:
        return [column for column in header.split(separator) if not column.startswith("eff2")]

    assert fixed(simulated) == fixed(real)
    assert ("eff202411" in simulated) == ("eff202011" in real)


@pytest.mark.samples
def test_activities_and_legal_categories_exist(region: Region, samples: Path) -> None:
    tables = samples / "reference_tables"
    known = set(pd.read_csv(tables / "naf.csv.gz", dtype=str)["code"])
    assert {activity.naf.replace(".", "") for activity in ACTIVITIES} <= known


@pytest.mark.parametrize(
    ("name", "column", "pattern"),
    [
        ("sigfaible_cotisdues.csv", "periode", r"20\d\d[1-4][0-3]"),
        ("sigfaible_cotisdues.csv", "cotis_due", r"\d+(,\d{1,2})?"),
        ("sigfaible_debits.csv", "Dt_trt_ecn", r"1\d{6}"),
        ("sigfaible_debits.csv", "Mt_PO", r"\d+"),
        ("sigfaible_debits.csv", "Mt_PP", r"\d+"),
        ("sigfaible_debits.csv", "Dt_immat", r"(19|20)\d{6}"),
        ("sigfaible_delais.csv", "Date_creation", r"\d\d/\d\d/\d{4}"),
        ("sigfaible_delais.csv", "Code_externe_stade", "APPROB|PR|REFUS"),
        ("sigfaible_pcoll.csv", "Dt_effet", r"\d\d[A-Z]{3}20\d\d"),
        ("demande_ap.csv", "ID_DA", r"\d{11}"),
        ("demande_ap.csv", "HTA", r"\d+(\.\d{1,2})?"),
        ("consommation_ap.csv", "MOIS", r"20\d\d-\d\d-01"),
        ("sigfaible_effectif_siret.csv", "ape_ins", r"\d{4}[A-Z]"),
        ("sireneUL.csv", "activitePrincipaleUniteLegale", r"\d\d\.\d\d[A-Z]"),
    ],
)
def test_values_are_coded_as_the_partners_code_them(
    name: str, column: str, pattern: str, region: Region
) -> None:
    values = region.read(name)[column]
    assert len(values)
    assert values.str.fullmatch(pattern).all()


def test_identifiers_pass_luhn_and_are_unique(region: Region) -> None:
    establishments = region.read("StockEtablissement_utf8_geo.csv")
    assert establishments["siret"].is_unique
    assert (establishments["siren"] + establishments["nic"] == establishments["siret"]).all()
    assert all(map(luhn.is_valid, establishments["siret"]))
    assert all(map(luhn.is_valid, region.read("sireneUL.csv")["siren"]))


def test_each_firm_has_one_head_office_in_the_region(region: Region) -> None:
    establishments = region.read("StockEtablissement_utf8_geo.csv")
    heads = establishments[establishments["etablissementSiege"] == "true"]
    assert sorted(heads["siren"]) == sorted(region.read("sireneUL.csv")["siren"])
    assert set(heads["codeCommuneEtablissement"].str[:2]) == set(DEPARTMENTS)
    assert establishments.groupby("siren").size().max() in range(2, 6)


def test_communes_have_codes_of_their_departement() -> None:
    assert len({commune.code for commune in COMMUNES}) == len(COMMUNES)
    assert all(commune.code[:2] == commune.department for commune in COMMUNES)
    assert all(commune.postal_code[:2] == commune.department for commune in COMMUNES)


def test_nothing_is_known_before_it_is_published(region: Region) -> None:
    contributions = region.read("sigfaible_cotisdues.csv")
    debts = region.read("sigfaible_debits.csv")
    plans = region.read("sigfaible_delais.csv")
    procedures = region.read("sigfaible_pcoll.csv")
    requests = region.read("demande_ap.csv")
    consumption = region.read("consommation_ap.csv")
    known = {
        30: period_ends(contributions["periode"]),
        30.5: urssaf_days(debts["Dt_trt_ecn"]),
        15: pd.to_datetime(plans["Date_creation"], format="%d/%m/%Y"),
        15.5: pd.to_datetime(procedures["Dt_effet"], format="%d%b%Y"),
        15.9: pd.to_datetime(requests["DATE_STATUT"]),
        60: pd.to_datetime(consumption["MOIS"]) + pd.DateOffset(months=1),
    }
    for lag, dates in known.items():
        freshest = dates.max() + pd.Timedelta(days=int(lag))
        assert freshest <= EXTRACTED_ON
        # … and the source is as fresh as its lag allows: within a month and a half.
        assert EXTRACTED_ON - freshest < pd.Timedelta(days=45)


def test_workforce_stops_three_months_before_the_extraction(region: Region) -> None:
    workforce = region.read("sigfaible_effectif_siret.csv").filter(regex="^eff2")
    assert list(workforce.columns)[-1] == "eff202641"
    filled = workforce.notna().any()
    assert filled["eff202631"]
    assert not filled[["eff202632", "eff202633", "eff202641"]].any()


def test_the_files_load_without_a_reject(region: Region, tmp_path: Path) -> None:
    reports = import_directory(
        region.directory, Lake(tmp_path), batch_id="simulated", today=EXTRACTED_ON.date()
    )
    assert set(PARTNERS) <= {report.file for report in reports} <= set(WRITERS)
    for report in reports:
        assert (report.error, report.reasons, report.warnings) == (None, {}, {})
        assert report.valid == report.rows > 0
