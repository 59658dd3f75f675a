"""The columns of a board, and the days of a calendar."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.board.agenda import AgendaLine, agendas
from app.cases.models import Case, CaseState
from app.cases.queries import CaseFilter
from app.companies.models import Company, Establishment
from app.core.access.identity import Identity
from app.core.now import today

#: cards of a column, and lines of a month: the table has the others
CARDS, LINES = 50, 300


@dataclass(frozen=True, kw_only=True)
class StateColumn:
    """The first accompagnements of a state, and how many there are in all, as far as lists count."""

    state: CaseState
    rows: Sequence[Row[Case, Company, Establishment]]
    total: int


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month and what it holds, day by day; ``is_cut``: there is more."""

    first: date
    last: date
    days: Sequence[tuple[date, Sequence[AgendaLine]]]
    count: int
    is_cut: bool

    @property
    def former(self) -> str:
        """The month before, as an address says it."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def following(self) -> str:
        """The month after."""
        return f"{self.last + timedelta(days=1):%Y-%m}"


def columns(session: Session, identity: Identity, wanted: CaseFilter) -> list[StateColumn]:
    """Return a column for each state that the filters keep, with as many cards as a page holds."""
    states = [state for state in CaseState if wanted.state in (None, state)]
    pages = [
        queries.page_of_cases(session, identity, replace(wanted, state=state), size=CARDS)
        for state in states
    ]
    return [
        StateColumn(state=state, rows=page.rows, total=page.total)
        for state, page in zip(states, pages, strict=True)
    ]


def month_of(session: Session, identity: Identity, wanted: CaseFilter, typed: str | None) -> Month:
    """Return what a month holds of the accompagnements that the filters keep; this month when another is not well said."""
    first = _first(typed)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    kept = queries.select_numbers(session, identity, wanted)
    lines = [
        line
        for agenda in agendas
        for line in agenda(session, identity, kept, (first, last), LINES + 1)
    ]
    shown = sorted(lines, key=lambda line: line.day)[:LINES]
    days: dict[date, list[AgendaLine]] = {}
    for line in shown:
        days.setdefault(line.day, []).append(line)
    return Month(
        first=first, last=last, days=list(days.items()), count=len(shown), is_cut=len(lines) > LINES
    )


def shown(context: dict[str, Any]) -> dict[str, Any]:
    """How many accompagnements, or lines, a view shows, for the journal."""
    if "columns" in context:
        return {"count": sum(len(column.rows) for column in context["columns"])}
    if "month" in context:
        return {"count": context["month"].count}
    trace: dict[str, Any] = context["results"].trace
    return trace


def _first(typed: str | None) -> date:
    try:
        return date.fromisoformat(f"{typed}-01") if typed else today().replace(day=1)
    except ValueError:
        return today().replace(day=1)
