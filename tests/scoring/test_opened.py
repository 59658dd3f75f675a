"""A lake opened for many queries: what several tables are computed from is computed once, as of one date at a time."""

from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pytest
from ibis.expr.types import Table

from scoring.data import views
from scoring.data.engine import Backend, connect
from scoring.data.lake import Tables
from scoring.data.opened import Opened
from scoring.data.views import events
from tests.scoring.small_lake import lake_of, rows_of

JANUARY, MARCH = date(2024, 1, 10), date(2024, 3, 10)
COLUMNS = {
    "procedure_events": ("siren", "kind", "stage", "effective_on"),
    "procedure_openings": ("siren", "opened_on", "kind"),
    "procedure_state_month": ("siren", "month", "status"),
    "procedure_agreement": ("kind", "stage", "bodacc_only", "procol_only", "same_day"),
}


@pytest.fixture
def told(tmp_path: Path) -> Tables:
    """A redressement known in January, turned into a liquidation known in March, told by both sources."""
    known: dict[str, Any] = {"siren": "111111111", "stage": "ouverture"}
    said = {"notice_type": "Avis initial", "family": "Jugement"}
    records = [
        {"kind": kind, "effective_on": day, "known_at": day}
        for kind, day in (("redressement", JANUARY), ("liquidation", MARCH))
    ]
    notices = [
        said
        | {"kind": one["kind"], "judged_on": one["effective_on"], "published_on": one["known_at"]}
        | {"known_at": one["known_at"], "notice_number": str(n), "nature": f"ouverture {n}"}
        for n, one in enumerate(records)
    ]
    return lake_of(
        tmp_path,
        procol=[known | one for one in records],
        bodacc=[known | one for one in notices],
    )


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[date | None]:
    """The dates for which the events of procedures were computed."""
    days: list[date | None] = []
    compute = events.reconciled_events

    def counted(tables: Tables, con: Backend, as_of: date | None) -> Table:
        days.append(as_of)
        return compute(tables, con, as_of)

    monkeypatch.setattr(events, "reconciled_events", counted)
    return days


@pytest.mark.parametrize("as_of", [None, JANUARY, MARCH])
def test_an_opened_lake_says_what_the_lake_says(told: Tables, as_of: date | None) -> None:
    con = connect()
    opened = Opened(told, con)
    for name, columns in COLUMNS.items():
        view = views.VIEWS[name]
        assert rows_of(view(opened, con, as_of), *columns) == rows_of(
            view(told, connect(), as_of), *columns
        )


def test_events_are_computed_once_for_all_the_views_of_a_date(
    told: Tables, computed: list[date | None]
) -> None:
    con = connect()
    opened = Opened(told, con)
    kinds = []
    for day in (JANUARY, MARCH):
        for name in COLUMNS:
            views.VIEWS[name](opened, con, day).count().to_pyarrow()
        kinds.append(rows_of(views.procedure_events(opened, con, day), "kind", "stage"))
    assert computed == [JANUARY, MARCH]
    assert [len(some) for some in kinds] == [1, 2]


def test_the_files_of_views_are_written_from_events_computed_once(
    told: Tables, computed: list[date | None], tmp_path: Path
) -> None:
    views.write_views(told, connect(), tmp_path / "views")
    assert computed == [None]


def test_what_was_not_read_of_a_former_date_fails_and_never_tells_another(told: Tables) -> None:
    con = connect()
    opened = Opened(told, con)
    former = views.procedure_events(opened, con, JANUARY)
    views.procedure_events(opened, con, MARCH)
    with pytest.raises(Exception, match="reconciled_events"):
        former.to_pyarrow()


def test_another_engine_is_refused(told: Tables) -> None:
    opened = Opened(told, connect())
    with pytest.raises(ValueError, match="another engine"):
        views.procedure_events(opened, ibis.duckdb.connect(), JANUARY)
