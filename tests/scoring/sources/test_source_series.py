"""A monthly series needs no code: a declaration, and its file is read like any other."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from scoring.data.sources.loading import Setting, load_file
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.series import (
    NATURES,
    SERIES,
    THEMES,
    UNITS,
    SeriesError,
    read_declarations,
)
from scoring.dictionary.registry import REGISTRY
from scoring.vocabulary import Theme, Unit
from tests.scoring.sources.conftest import TODAY, Load, read_all

ENERGY = {
    "label": "Consommation d’énergie",
    "key": "siret",
    "unit": "count",
    "theme": "contexte",
    "monotone": -1,
    "lag_days": 10,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "declarations"
    path.mkdir()
    return path


def declare(folder: Path, **changes: Any) -> Path:
    """Write a declaration as one would by hand; JSON is YAML."""
    path = folder / "energie.yaml"
    path.write_text(json.dumps({**ENERGY, **changes}))
    return path


def test_a_declaration_makes_a_source_known_after_its_lag(folder: Path, tmp_path: Path) -> None:
    declare(folder)
    source = read_declarations(folder)["energie"].source
    path = tmp_path / "energie_2024.csv"
    path.write_text("siret;mois;valeur\n73282932000074;2024-02;12,5\n7;2024-02;1\n")
    assert source.owns(path.name)
    report = load_file(path, source, out_dir=tmp_path, batch_id="b", setting=Setting(TODAY))
    assert report.reasons == {"siret : 14 chiffres attendus": 1}
    assert read_all(tmp_path / "energie/b") == [
        {
            "siret": "73282932000074",
            "month": date(2024, 2, 1),
            "value": 12.5,
            "known_at": date(2024, 3, 10),
        }
    ]


def test_the_command_reads_a_series_declared_elsewhere(folder: Path, tmp_path: Path) -> None:
    declare(folder, key="siren", columns={"siren": "Identifiant", "value": "kWh"})
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    (inbox / "energie.csv").write_text("kWh,Identifiant,mois\n3,732829320,31/01/2024\n")
    arguments = ["sources", str(inbox), str(out), "--json", "--today", TODAY.isoformat()]
    done = subprocess.run(
        [sys.executable, "-m", "scoring", *arguments],
        env={**os.environ, "VIGIE_SERIES": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["valid"] == 1
    assert pq.read_table(out / "energie.parquet").to_pylist()[0]["month"] == date(2024, 1, 1)


@pytest.mark.parametrize("text", ["2024-02", "02/2024", "2024-02-29", "15/02/2024"])
def test_a_month_is_written_in_several_ways(load: Load, text: str) -> None:
    row = load("dpae.csv", f"siret;mois;valeur\n73282932000074;{text};3\n").row
    assert row["month"] == date(2024, 2, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("2024-13", "date illisible"), ("", "date vide"), ("2024-07", "date dans le futur")],
)
def test_a_month_is_one_that_has_begun(load: Load, text: str, reason: str) -> None:
    loaded = load("dpae.csv", f"siret;mois;valeur\n73282932000074;{text};3\n")
    assert loaded.faults == [(2, "mois", reason)]


def test_what_the_partners_plan_to_add_is_declared() -> None:
    assert {(series.name, series.key, series.nature) for series in SERIES.values()} == {
        ("encours_bancaires", "siren", "banque_de_france"),
        ("interim", "siret", "urssaf"),
        ("dpae", "siret", "urssaf"),
        ("entrees_effectif", "siret", "urssaf"),
        ("sorties_effectif", "siret", "urssaf"),
    }
    assert set(SERIES) <= set(SOURCES)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "rna"}, "« key » vaut 'rna'"),
        ({"theme": "meteo"}, "« theme »"),
        ({"nature": "secret"}, "« nature »"),
        ({"unit": "kWh"}, "« unit »"),
        ({"monotone": 2}, "« monotone »"),
        ({"lag_days": -1}, "« lag_days »"),
        ({"label": ""}, "« label »"),
        ({"columns": {"siren": "x"}}, "« columns »"),
        ({"colour": "red"}, "illisible"),
    ],
)
def test_a_wrong_declaration_is_named(folder: Path, changes: dict[str, Any], message: str) -> None:
    declare(folder, **changes)
    with pytest.raises(SeriesError, match=f"energie.yaml : .*{message}"):
        read_declarations(folder)


@pytest.mark.parametrize("content", ["", "- a", "label: [", "label: x"])
def test_what_is_no_declaration_is_named(folder: Path, content: str) -> None:
    (folder / "energie.yaml").write_text(content)
    with pytest.raises(SeriesError, match=r"energie\.yaml"):
        read_declarations(folder)


def test_a_series_may_not_take_the_name_of_a_source(folder: Path) -> None:
    declare(folder).rename(folder / "debit.yaml")
    done = subprocess.run(
        [sys.executable, "-c", "import scoring.data.sources.registry"],
        env={**os.environ, "VIGIE_SERIES": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "debit" in done.stderr
    assert done.returncode == 1


def test_a_series_has_the_themes_natures_and_units_of_the_features() -> None:
    assert set(THEMES) == {theme.value for theme in Theme}
    assert set(NATURES) == {feature.nature.value for feature in REGISTRY if feature.nature}
    assert set(UNITS) <= {unit.value for unit in Unit}
