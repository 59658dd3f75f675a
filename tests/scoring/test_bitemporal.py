"""Any past day can be rebuilt: what came after it may be anything, every view of that day is the same."""

import random
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from scoring.data.engine import connect
from scoring.data.importing import import_directory
from scoring.data.lake import Lake, arrow_schema
from scoring.data.sources.registry import SOURCES
from scoring.data.views import VIEWS
from scoring.lab.simulate.simulation import simulate

END, THEN = date(2026, 6, 1), date(2025, 3, 17)
Rows = list[dict[str, Any]]


def spell(siret: str, day: date, *, naf: str, is_active: bool) -> dict[str, Any]:
    """A state of an establishment, known the day it begins."""
    unsaid: dict[str, Any] = dict.fromkeys(arrow_schema("sirene_histo").names)
    said = {"siret": siret, "started_on": day, "known_at": day, "naf": naf, "is_active": is_active}
    return unsaid | said


#: the simulated region tells no history: an establishment that closed, another that changed its activity
HISTORY = [
    spell("00000000100001", date(2020, 1, 1), naf="25.50A", is_active=True),
    spell("00000000100001", date(2025, 9, 1), naf="25.50A", is_active=False),
    spell("00000000200009", date(2021, 1, 1), naf="25.50A", is_active=True),
    spell("00000000200009", date(2024, 1, 1), naf="28.41Z", is_active=True),
    spell("00000000200009", date(2026, 1, 1), naf="33.20B", is_active=True),
]


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A simulated region as its partners tell it in June 2026."""
    root = tmp_path_factory.mktemp("bitemporal")
    simulate(root / "files", firms=120, months=48, seed=3, end=END)
    lake = Lake(root / "lake")
    import_directory(root / "files", lake, batch_id="told", today=date(2026, 12, 31))
    lake.write("told", "sirene_histo", pa.Table.from_pylist(HISTORY, arrow_schema("sirene_histo")))
    lake.restate(["told"])
    return lake


@pytest.fixture(scope="module")
def shuffled(region: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The same, where what was learnt after that day in March is shuffled, halved and made up."""
    lake = Lake(tmp_path_factory.mktemp("shuffled"))
    lake.open_batch("shuffled")
    draw = random.Random(8)  # noqa: S311 - chance, not secrets
    for source in region.staged("told"):
        rows = region.table(connect(), source).to_pyarrow().to_pylist()
        known = [row for row in rows if row["known_at"] <= THEN]
        later = mixed([row for row in rows if row["known_at"] > THEN], draw)
        lake.write("shuffled", source, pa.Table.from_pylist(known + later, arrow_schema(source)))
    lake.restate(["shuffled"])
    return lake


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_of_a_past_day_does_not_know_what_came_later(
    region: Lake, shuffled: Lake, view: str
) -> None:
    then = content(region, view, THEN)
    assert then, "a view without rows proves nothing"
    assert content(shuffled, view, THEN) == then


def test_the_shuffle_changes_what_is_known_today(region: Lake, shuffled: Lake) -> None:
    changed = {view for view in VIEWS if content(region, view) != content(shuffled, view)}
    assert {"debt_month", "contribution_month", "workforce_month", "ap_month"} <= changed


@pytest.mark.parametrize("source", SOURCES)
def test_every_row_says_when_it_was_known(region: Lake, source: str) -> None:
    rows = region.table(connect(), source)
    assert rows.known_at.isnull().sum().to_pyarrow().as_py() in {0, None}


def mixed(rows: Rows, draw: random.Random) -> Rows:
    """Half of the rows, each column drawn apart: only the day they were known is true."""
    if not rows:
        return []
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    for name, values in columns.items():
        if name != "known_at":
            draw.shuffle(values)
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ][::2]


def content(lake: Lake, view: str, as_of: date | None = None) -> list[str]:
    """The rows of a view, in an order of their own; sums are told to the cent."""
    rows = VIEWS[view](lake, connect(), as_of).to_pyarrow().to_pylist()
    return sorted(repr({name: told(value) for name, value in row.items()}) for row in rows)


def told(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value
