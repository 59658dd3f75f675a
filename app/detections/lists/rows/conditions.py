"""What the filters of a list ask of the figures of each nature, as conditions that an index follows."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    SQLColumnExpression,
    Text,
    and_,
    bindparam,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.companies.accounts import STEADY
from app.companies.models import AnnualAccounts
from app.core.access.identity import Nature
from app.core.database.tables import current_day
from app.detections.lists.filters import DebtSign, Filters, WorkforceSign
from scoring.dictionary.naf import SECTIONS

_ACCOUNTS = AnnualAccounts.__table__.c

Condition = ColumnElement[bool]


def _of_everybody(filters: Filters, figures: Any) -> list[Condition]:
    conditions: list[Condition] = []
    if filters.procedures:
        conditions.append(figures.procedure_status.in_([told(code) for code in filters.procedures]))
    if filters.sections:
        conditions.append(or_(*(_in_section(figures.naf, section) for section in filters.sections)))
    if filters.workforce_min is not None:
        conditions.append(figures.workforce >= told(filters.workforce_min))
    if filters.workforce_max is not None:
        conditions.append(figures.workforce <= told(filters.workforce_max))
    if WorkforceSign.FALLS in filters.workforce_signs:
        conditions.append(figures.workforce_change <= -STEADY)
    return conditions


def _of_urssaf(filters: Filters, figures: Any) -> list[Condition]:
    conditions = [] if filters.debt_min is None else [figures.debt >= told(filters.debt_min)]
    if DebtSign.RISES in filters.debt_signs:
        conditions.append(figures.debt_change >= STEADY)
    if DebtSign.DELAY in filters.debt_signs:
        conditions.append(figures.delay_until >= current_day())
    return conditions


def _of_short_time(filters: Filters, figures: Any) -> list[Condition]:
    return [figures.short_time > 0] if filters.short_time_signs else []


def last_result(siren: ColumnElement[str]) -> ColumnElement[float]:
    """The operating result of the last accounts of a firm that the reader may read, as the row of the list shows it."""
    filed = select(_ACCOUNTS.ebit).where(_ACCOUNTS.siren == siren)
    return filed.order_by(_ACCOUNTS.closed_on.desc()).limit(1).scalar_subquery()


#: the nature of the figures that filters read, and the conditions they make
FILTERED: tuple[tuple[Nature, Callable[[Filters, Any], list[Condition]]], ...] = (
    (Nature.SCORE, _of_everybody),
    (Nature.URSSAF, _of_urssaf),
    (Nature.ACTIVITE_PARTIELLE, _of_short_time),
)


def _in_section(naf: SQLColumnExpression[str], section: str) -> Condition:
    """Whether an activity is in a section, which is a run of divisions: two bounds that an index follows."""
    _, first, last = SECTIONS[section]
    return and_(naf >= told(f"{first:02d}"), naf < told(f"{last:02d}zz"))


def numbered(
    number: SQLColumnExpression[int], numbers: Any, kept: Sequence[Any]
) -> list[Condition]:
    """Whether a number stands for one of the values kept; nothing when none is asked for."""
    if len(kept) == 1:
        return [number == numbers[kept[0]]]
    return [number.in_([numbers[value] for value in kept])] if kept else []


def told(value: str | int) -> ColumnElement[Any]:
    """A value written in the statement, so that its plan is made for it: many firms are in France, few owe a million.

    A plan made once for all values reads a whole list to count the few rows that a rare one keeps.
    """
    kind: Text | Integer = Text() if isinstance(value, str) else Integer()
    return bindparam(None, value, type_=kind, literal_execute=True)


def texts(codes: Sequence[str]) -> ColumnElement[list[str]]:
    """An array of codes."""
    return literal(list(codes), ARRAY(Text()))
