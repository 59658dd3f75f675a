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


def months_of(people: dict[str, list[float]]) -> list[dict[str, Any]]:
    """The workforce of each firm, from April 2023 on, the first month of the window when March 2026 is the last."""
    return [
        {
            "siret": f"{siren}00008",
            "month": date(2023 + (3 + place) // 12, (3 + place) % 12 + 1, 1),
            "workforce": workforce,
            "known_at": date(2026, 4, 1),
        }
        for siren, said in people.items()
        for place, workforce in enumerate(said)
    ]


def medians(tmp_path: Path, firms: int) -> dict[tuple[str, str], list[str]]:
    """Of ``firms`` firms of ten employees that grow by as much as their rank in two months, the last of them in activité partielle."""
    sirens = [f"{rank}0000000{rank}" for rank in range(1, firms + 1)]
    rows = extracted(
        tmp_path,
        "sector_median",
        sirene_ul=[unit(siren) | {"naf": "25.50A"} for siren in sirens],
        effectif=months_of(
            {siren: [10.0, *[10.0 + rank] * 35] for rank, siren in enumerate(sirens, start=1)}
        ),
        ap_conso=[
            {
                "siret": f"{sirens[-1]}00008",
                "month": date(2026, 3, 1),
                "hours": 1000.0,
                "etp": 6.6,
                "known_at": date(2026, 4, 1),
            }
        ],
    )
    return {(row["sector"], row["code"]): row["values"].strip("{}").split(",") for row in rows}


def test_a_sector_has_a_median_from_five_firms_on(tmp_path: Path) -> None:
    found = medians(tmp_path / "five", 5)
    assert {sector for sector, _ in found} == {"25", "C"}
    assert [float(value) for value in found["25", "effectif"][:3]] == [1.0, 1.3, 1.3]
    # One firm of five had some: of the others, which no line tells of, it is known that they had none.
    assert found["25", "ap_consommee"][-1] == "0.0"
    assert medians(tmp_path / "four", 4) == {}


def test_a_ratio_has_quantiles_from_ten_firms_of_public_accounts_on(tmp_path: Path) -> None:
    december = date(2025, 12, 31)
    sirens = [f"{rank:09d}" for rank in range(1, 12)]

    def spread(root: Path, secret: int) -> list[dict[str, str]]:
        return extracted(
            root,
            "sector_ratio",
            sirene_ul=[unit(siren) | {"naf": "25.50A"} for siren in sirens],
            comptes=[
                filing(siren, december, customer_days=float(rank), confidentiality="Confidentiel" if rank < secret else "Public")
                for rank, siren in enumerate(sirens)
            ],
        )  # fmt: skip

    rows = spread(tmp_path / "ten", 1)
    assert [(row["sector"], row["year"], row["ratio"], row["firms"]) for row in rows] == [
        ("25", "2025", "customer_days", "10"),
        ("C", "2025", "customer_days", "10"),
    ]
    # Those of the ten public accounts, from 1 to 10 days: the confidential one is behind no figure.
    assert rows[0]["quantiles"] == "{1.9,3.25,5.5,7.75,9.1}"
    assert spread(tmp_path / "nine", 2) == []
