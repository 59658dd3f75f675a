"""What the portal holds of firms, from the lake: procedures told by two sources, states that are unknown."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from app.imports.publication.extracts import with_batch, write_extracts
from app.imports.publication.portal_tables import COLUMNS
from tests.scoring.small_lake import lake_of

A, B, C = "100000009", "200000008", "300000007"
JANUARY, MARCH = date(2026, 1, 15), date(2026, 3, 10)


def extracted(root: Path, table: str, **sources: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the rows of a table of the portal, values as text."""
    lake = lake_of(root / "lake", **sources)
    (root / "out").mkdir(parents=True)
    files = write_extracts(with_batch(lake, "b1"), folder=root / "out").files
    with files[table].open(encoding="utf-8", newline="") as file:
        return [dict(zip(COLUMNS[table], row, strict=True)) for row in csv.reader(file)]


def unit(siren: str, *, active: bool | None = True) -> dict[str, Any]:
    return {"siren": siren, "name": "FICTIVE", "is_active": active}


def judged(siren: str, day: date, stage: str = "ouverture", **cells: Any) -> dict[str, Any]:
    return {
        "siren": siren,
        "judged_on": day,
        "published_on": day,
        "known_at": day,
        "stage": stage,
        "nature": "Jugement",
        **cells,
    }


def recorded(siren: str, day: date, kind: str) -> dict[str, Any]:
    return {
        "siren": siren,
        "effective_on": day,
        "kind": kind,
        "stage": "ouverture",
        "label": f"Ouverture_{kind}",
    }


def test_the_history_of_procedures_is_that_of_both_sources(tmp_path: Path) -> None:
    rows = extracted(
        tmp_path,
        "procedure_event",
        sirene_ul=[unit(A), unit(B), unit(C)],
        procol=[recorded(A, MARCH, "redressement"), recorded(C, JANUARY, "sauvegarde")],
        bodacc=[
            judged(A, date(2026, 3, 8), kind="redressement"),
            judged(B, JANUARY, kind="sauvegarde"),
            judged(B, MARCH, "cloture", ended_kind="sauvegarde"),
        ],
    )
    assert [(row["siren"], row["effective_on"], row["kind"], row["stage"]) for row in rows] == [
        (A, "2026-03-08", "redressement", "ouverture"),
        (B, "2026-01-15", "sauvegarde", "ouverture"),
        (B, "2026-03-10", "sauvegarde", "fin_procedure"),
        (C, "2026-01-15", "sauvegarde", "ouverture"),
    ]
    assert [row["label"] for row in rows] == ["Jugement"] * 3 + ["Ouverture_sauvegarde"]


def test_the_procedure_in_force_is_that_of_the_notice_urssaf_lacks(tmp_path: Path) -> None:
    rows = extracted(
        tmp_path,
        "company",
        sirene_ul=[unit(A), unit(B)],
        procol=[recorded(B, JANUARY, "sauvegarde")],
        bodacc=[
            judged(A, JANUARY, kind="redressement"),
            judged(B, MARCH, "conversion", kind="liquidation"),
        ],
    )
    found = {row["siren"]: (row["procedure_status"], row["procedure_since"]) for row in rows}
    assert found == {A: ("redressement", "2026-01-15"), B: ("liquidation", "2026-03-10")}


def test_what_is_not_said_closed_is_not_shown_closed(tmp_path: Path) -> None:
    sources: dict[str, list[dict[str, Any]]] = {
        "sirene_ul": [unit(A, active=None), unit(B, active=False)],
        "sirene_etab": [
            {"siren": siren, "siret": f"{siren}00008", "is_head_office": True, "is_active": active}
            for siren, active in ((A, None), (B, False), (C, None))
        ],
        # Without anything that refers to it, a closed firm is not shown at all.
        "procol": [recorded(B, JANUARY, "liquidation")],
    }
    firms = extracted(tmp_path, "company", **sources)
    assert {row["siren"]: row["is_active"] for row in firms} == {A: "true", B: "false", C: "true"}
    places = extracted(tmp_path / "again", "establishment", **sources)
    assert {row["siren"]: row["is_active"] for row in places} == {A: "true", B: "false", C: "true"}


def filing(siren: str, closed_on: date, **cells: Any) -> dict[str, Any]:
    return {
        "siren": siren,
        "closed_on": closed_on,
        "statement_type": "C",
        "confidentiality": "Public",
        "known_at": closed_on,
        **cells,
    }


def test_the_last_accounts_of_a_firm_are_its_own_and_the_complete_ones(tmp_path: Path) -> None:
    december = date(2025, 12, 31)
    rows = extracted(
        tmp_path,
        "annual_accounts",
        sirene_ul=[unit(A), unit(B)],
        comptes=[
            *(filing(A, date(year, 12, 31), revenue=float(year)) for year in range(2018, 2025)),
            filing(A, december, revenue=1.0, statement_type="S"),
            filing(A, december, revenue=2.0),
            filing(A, december, revenue=3.0, statement_type="K"),
            filing(B, december, revenue=4.0, confidentiality="Confidentiel"),
            filing(C, december, revenue=5.0),
        ],
    )
    kept = [(row["siren"], row["closed_on"], row["revenue"], row["nature"]) for row in rows]
    assert kept == [
        *((A, f"{year}-12-31", f"{year}.0", "") for year in range(2021, 2025)),
        (A, "2025-12-31", "2.0", ""),
        (B, "2025-12-31", "4.0", "comptes_confidentiels"),
    ]
