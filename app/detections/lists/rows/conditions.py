"""What the filters of a list ask of the figures of each nature, as conditions that follow an index."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    SQLColumnExpression,
    Text,
    and_,
    bindparam,
    cast,
    literal,
    or_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.companies.accounts import STEADY
from app.core.access.identity import Nature
from app.core.database.tables import current_day
from app.core.now import today
from app.detections.lists.filters import AccountsSign, DebtSign, Filters, WorkforceSign
from scoring.dictionary.naf import SECTIONS

Condition = ColumnElement[bool]
#: makes the conditions of some filters from the figures of a row
Narrow = Callable[[Filters, Any], list[Condition]]


def of_everybody(filters: Filters, figures: Any) -> list[Condition]:
    """What is asked of the figures that everybody knows."""
    conditions: list[Condition] = []
    if filters.procedures:
        conditions.append(figures.procedure_status.in_([told(code) for code in filters.procedures]))
    if activities := list(_activities(filters)):
        conditions.append(or_(*(_within(figures.naf, *bounds) for bounds in activities)))
    if filters.legal_forms:
        forms = (_within(figures.legal_category, code, code) for code in filters.legal_forms)
        conditions.append(or_(*forms))
    if filters.territories:
        conditions.append(figures.territory.in_([told(code) for code in filters.territories]))
    if WorkforceSign.FALLS in filters.workforce_signs:
        conditions.append(figures.workforce_change <= -STEADY)
    conditions += between(figures.workforce, filters.workforce_min, filters.workforce_max)
    if filters.age_min is not None:
        conditions.append(figures.created_on <= _years_ago(filters.age_min))
    if filters.age_max is not None:
        conditions.append(figures.created_on > _years_ago(filters.age_max + 1))
    return conditions


def of_urssaf(filters: Filters, figures: Any) -> list[Condition]:
    """What is asked of the debt."""
    conditions = between(figures.debt, filters.debt_min, None)
    moves = [MOVES[sign](figures.debt_change) for sign in filters.debt_signs if sign in MOVES]
    if moves:
        conditions.append(or_(*moves))
    if DebtSign.DELAY in filters.debt_signs:
        conditions.append(figures.delay_until >= current_day())
    return conditions


def of_short_time(filters: Filters, figures: Any) -> list[Condition]:
    """What is asked of the activité partielle."""
    return [figures.short_time > 0] if filters.short_time_signs else []


def of_accounts(filters: Filters, accounts: Any) -> list[Condition]:
    """What is asked of the last accounts that the reader may read."""
    conditions = between(accounts.revenue, filters.revenue_min, filters.revenue_max, unit=1_000)
    if filters.accounts_signs:
        conditions.append(or_(*(RESULTS[sign](accounts.ebit) for sign in filters.accounts_signs)))
    return conditions


#: the nature of the figures that filters read, and the conditions they make
FILTERED: tuple[tuple[Nature, Narrow], ...] = (
    (Nature.SCORE, of_everybody),
    (Nature.URSSAF, of_urssaf),
    (Nature.ACTIVITE_PARTIELLE, of_short_time),
)
MOVES: dict[DebtSign, Callable[[Any], Condition]] = {
    DebtSign.RISES: lambda change: change >= STEADY,
    DebtSign.FALLS: lambda change: change <= -STEADY,
}
RESULTS: dict[AccountsSign, Callable[[Any], Condition]] = {
    AccountsSign.LOSS: lambda result: result < 0,
    AccountsSign.PROFIT: lambda result: result >= 0,
}


def numbered(
    number: SQLColumnExpression[int], numbers: Any, kept: Sequence[Any]
) -> list[Condition]:
    """Whether a number is that of a value kept."""
    if len(kept) == 1:
        return [number == numbers[kept[0]]]
    return [number.in_([numbers[value] for value in kept])] if kept else []


def between(
    figure: SQLColumnExpression[Any], least: int | None, most: int | None, *, unit: int = 1
) -> list[Condition]:
    """Whether a figure stands between two bounds, each of so many ``unit``; `None` bounds nothing."""
    conditions = [] if least is None else [figure >= told(least * unit)]
    return conditions if most is None else [*conditions, figure <= told(most * unit)]


def told(value: str | int) -> ColumnElement[Any]:
    """A value written in the statement, so that its plan is made for it: many firms are in France, few owe a million.

    A plan made once for all values reads a whole list to count the few rows that a rare one keeps.
    """
    kind: Text | Integer = Text() if isinstance(value, str) else Integer()
    return bindparam(None, value, type_=kind, literal_execute=True)


def texts(codes: Sequence[str]) -> ColumnElement[list[str]]:
    """An array of codes."""
    return literal(list(codes), ARRAY(Text()))


def _activities(filters: Filters) -> Iterator[tuple[str, str]]:
    """The first and the last division of each activity: a section is a run of them, two bounds that an index follows."""
    for section in filters.sections:
        _, first, last = SECTIONS[section]
        yield f"{first:02d}", f"{last:02d}"
    yield from ((division, division) for division in filters.divisions)


def _within(code: SQLColumnExpression[str], first: str, last: str) -> Condition:
    """Whether a code begins like one of a run."""
    return and_(code >= told(first), code < told(f"{last}zz"))


def _years_ago(count: int) -> ColumnElement[date]:
    """The day so many full years ago: whoever was born on it has that age today."""
    day = today()
    year = max(day.year - count, 1)
    try:
        ago = day.replace(year=year)
    except ValueError:  # 29 February
        ago = day.replace(year=year, day=28)
    return cast(told(ago.isoformat()), Date())
