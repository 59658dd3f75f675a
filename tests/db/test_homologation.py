"""The file for the homologation says what the instance is, and nothing secret; the inventory is what CycloneDX asks for, and complete."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from flask import Flask

from app.core.access.permissions import Permission
from app.core.database.tables import Base
from app.operations.homologation import components, datamap, dossier, proofs
from app.operations.homologation.document import DossierPart, DossierTable, written
from config import ROOT
from scoring.data.sources.registry import SOURCES
from tests.factories.network import system
from tests.factories.operations import plant_drill
from tests.factories.people import World

#: written once: what is asked of it changes nothing
KEPT: dict[str, Path] = {}


@pytest.fixture
def folder(world: World, app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an instance that was backed up and restored once."""
    if not KEPT:
        plant_drill()
        KEPT["folder"] = tmp_path_factory.mktemp("homologation") / "dossier"
        with system() as session:
            dossier.write(app, session, KEPT["folder"])
    return KEPT["folder"]


def _inventory(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / dossier.INVENTORY).read_text())
    return told


def test_the_file_holds_every_source_table_permission_and_result(folder: Path) -> None:
    text = (folder / dossier.DOSSIER).read_text()
    first = set(re.findall(r"^\| ([\w:]+) \|", text, re.MULTILINE))
    assert set(SOURCES) <= first
    assert set(Base.metadata.tables) <= first
    assert {permission.value for permission in Permission} <= first
    assert "## 6. Mesures et preuves" in text
    assert "Tous sont présents dans cette version." in text
    assert "42 s" in text
    assert "Aucun processus « clock » ne tourne" in text
    assert "Homologation" in text
    assert "tests/web/test_crawl.py" in text


def test_the_file_holds_no_secret_and_no_firm(folder: Path, app: Flask) -> None:
    text = (folder / dossier.DOSSIER).read_text() + (folder / dossier.INVENTORY).read_text()
    config = app.config["VIGIE"]
    for secret in (config.database_url, config.database_app_url, World.siren_21, "alice@", "postgresql://"):  # fmt: skip
        assert secret not in text


def test_each_nature_is_that_of_the_table(folder: Path) -> None:
    text = (folder / dossier.DOSSIER).read_text()
    lines = {
        line.split(" | ")[0].strip("| "): line
        for line in text.splitlines()
        if line.startswith("| ")
    }
    assert "Données Urssaf" in lines["payment_plan"]
    assert datamap.OF_ROW in lines["company_series"]
    assert "Score et alertes" in lines["detection_entry"]
    assert "Score" not in lines["backup"]


def test_the_inventory_is_valid_and_holds_what_is_pinned_and_carried(folder: Path) -> None:
    text = (folder / dossier.INVENTORY).read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    told = _inventory(folder)
    held = {part["purl"] for part in told["components"]}
    pinned = re.findall(
        r"^([\w.-]+)==([^\s;]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE
    )
    assert len(pinned) > 100
    assert {f"pkg:pypi/{name}@{version}" for name, version in pinned} <= held
    assert "pkg:npm/htmx.org@2.0.11" in held
    assert len(held) == len(pinned) + 3
    assert all(part["hashes"] for part in told["components"])
    flask = next(part for part in told["components"] if part["name"] == "flask")
    assert flask["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert told["metadata"]["component"]["version"] == dossier.version_of(ROOT)


def test_a_proof_that_is_gone_is_said(tmp_path: Path) -> None:
    for name in proofs.WRITTEN:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        line = (
            "| a | b | c | `app/` | `tests/web/test_gone.py` | f |\n" if "menaces" in name else ""
        )
        (tmp_path / name).write_text(line)
    assert "ne sont pas installés" in proofs.measures(tmp_path).said[0]
    (tmp_path / "tests").mkdir()
    assert "Introuvables : tests/web/test_gone.py." in proofs.measures(tmp_path).said[0]


def test_a_cell_stays_in_its_cell() -> None:
    table = DossierTable(headings=["a", "b"], lines=[["x|y", "deux\nlignes"], ["", "z"]])
    empty = DossierTable(headings=["a"], lines=[])
    parts = [DossierPart(title="Un", table=table), DossierPart(title="Vide", table=empty)]
    text = written("Titre", parts)
    assert "| x\\|y | deux lignes |" in text
    assert "| – | z |" in text
    assert "## 2. Vide\n\nRien à ce jour." in text


def test_an_unknown_library_has_no_licence_and_a_long_one_is_left_out() -> None:
    assert components._licence("n-existe-pas") is None
    assert components._licence("flask") == "BSD-3-Clause"
