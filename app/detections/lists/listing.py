"""The rows of a list as one query: algorithm entries alongside human signals, filtered, sorted and paged."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    Float,
    Row,
    Select,
    case,
    cast,
    func,
    literal,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.companies.models import Company, CompanySeries
from app.companies.naf import SECTIONS
from app.core.access.identity import Identity
from app.core.database.keyset import Key, Page, page_of
from app.detections.lists import marks
from app.detections.lists.filters import AlertSource, Filters, Order, Sort
from app.detections.models import DetectionEntry, DetectionList, HumanSignal
from scoring.vocabulary import Level, Novelty

#: how long a human signal stays on the lists
SIGNAL_LIFE = timedelta(days=365)
DEBT_SERIES = ("dette_patronale", "dette_salariale")
SHORT_TIME_SERIES = ("ap_consommee",)
#: ranks start at 1 in each département: the level weighs more than any rank
LEVEL_STEP = 10_000_000

type_of_sort: dict[Sort, type] = dict.fromkeys(Sort, float) | {
    Sort.COMPANY: str,
    Sort.PLACE: str,
    Sort.PROCEDURE: str,
    Sort.FOLLOW_UP: str,
}

ListRow = Row[Any]


class Listing:
    """The list ``detection_list`` as ``identity`` may read it; without a list, the human signals alone.

    A row has: siren, name, naf, department, departments, commune, workforce, procedure_status, readable, level,
    rules_count, novelty, rank, entry_id, signal_id, signal_source, debt (€), short_time (ETP), follow_up.
    Row-level security has the last word on entries, signals and series.
    """

    def __init__(
        self,
        identity: Identity,
        detection_list: DetectionList | None,
        *,
        until: datetime,
        filters: Filters,
    ) -> None:
        self.identity = identity
        self.list_id = detection_list.id if detection_list else None
        self.until = until
        self.filters = filters
        self.rows = self._rows()

    def page(self, session: Session, *, order: Order, cursor: str | None) -> Page[ListRow]:
        """Return a page of rows; a forged cursor means the first page."""
        return page_of(session, self._filtered(), key=self._key(order), cursor=cursor)

    def all_rows(self, session: Session, *, order: Order, limit: int) -> Sequence[ListRow]:
        """Return the first ``limit`` rows, for an export."""
        return session.execute(self._filtered().order_by(*self._key(order)).limit(limit)).all()

    def count(self, session: Session) -> int:
        """Return the number of rows."""
        return session.scalar(select(func.count()).select_from(self._filtered().subquery())) or 0

    def count_by_level(self, session: Session) -> dict[str, int]:
        """Return the number of rows of each level, with human signals under ``human``."""
        kept = self._filtered().subquery()
        counted = session.execute(
            select(kept.c.level, func.count(), func.count(kept.c.signal_id)).group_by(kept.c.level)
        ).all()
        counts = {level: rows for level, rows, _ in counted if level is not None}
        return counts | {"human": sum(signals for _, _, signals in counted)}

    def _rows(self) -> CTE:
        entry = (
            select(DetectionEntry)
            .where(DetectionEntry.list_id == self.list_id, DetectionEntry.level != Level.NONE)
            .cte("entry")
        )
        signal = self._signals()
        listed = union(select(entry.c.siren), select(signal.c.siren)).cte("listed")
        money = {
            name: _latest(codes, listed, name=name)
            for name, codes in (("debt", DEBT_SERIES), ("short_time", SHORT_TIME_SERIES))
        }
        firm = (
            Company.siren,
            Company.name,
            Company.name_sort,
            Company.naf,
            Company.department,
            Company.departments,
            Company.commune,
            Company.workforce,
            Company.procedure_status,
            Company.readable.label("readable"),
        )
        return (
            select(
                *firm,
                entry.c.id.label("entry_id"),
                entry.c.level,
                entry.c.rules_count,
                entry.c.novelty,
                entry.c.rank,
                signal.c.id.label("signal_id"),
                signal.c.source.label("signal_source"),
                *(amounts.c[name] for name, amounts in money.items()),
                marks.state(self.identity, Company.__table__.c.siren).label("follow_up"),
            )
            .join(listed, listed.c.siren == Company.siren)
            .outerjoin(entry, entry.c.siren == Company.siren)
            .outerjoin(signal, signal.c.siren == Company.siren)
            .outerjoin(money["debt"], money["debt"].c.siren == Company.siren)
            .outerjoin(money["short_time"], money["short_time"].c.siren == Company.siren)
            .cte("rows")
        )

    def _signals(self) -> CTE:
        """Select the last human signal of each firm of the zone that was in force at the time of the list."""
        return (
            select(HumanSignal)
            .ext(distinct_on(HumanSignal.siren))
            .where(
                HumanSignal.created_at <= self.until,
                HumanSignal.created_at > self.until - SIGNAL_LIFE,
                HumanSignal.departments.overlap(list(self.identity.departments)),
            )
            .order_by(HumanSignal.siren, HumanSignal.created_at.desc(), HumanSignal.id.desc())
            .cte("signal")
        )

    def _filtered(self) -> Select[Any]:
        return select(self.rows).where(*self._conditions())

    def _conditions(self) -> list[ColumnElement[bool]]:
        filters, row = self.filters, self.rows.c
        conditions = _among(filters, row) + _bounds(filters, row)
        if filters.source is AlertSource.ALGORITHM:
            conditions.append(row.entry_id.is_not(None))
        elif filters.source is AlertSource.HUMAN:
            conditions.append(row.signal_id.is_not(None))
        elif filters.source is AlertSource.BOTH:
            conditions += [row.entry_id.is_not(None), row.signal_id.is_not(None)]
        requested = (marks.find_mark(code) for code in filters.marks)
        conditions += [mark.condition(self.identity, row.siren) for mark in requested if mark]
        return conditions

    def _key(self, order: Order) -> Key:
        key = (self._sort_value(order), self.rows.c.siren)
        return [part.desc() for part in key] if order.descending else key

    def _sort_value(self, order: Order) -> ColumnElement[Any]:
        """Return the sort key: never null, unknown values always last."""
        value = _sort_values(self.rows)[order.sort]
        if type_of_sort[order.sort] is str:
            return func.coalesce(value, "" if order.descending else "\U0010ffff")
        unknown = -1e300 if order.descending else 1e300
        return func.coalesce(cast(value, Double()), literal(unknown, Float()))


def _sort_values(rows: CTE) -> dict[Sort, ColumnElement[Any]]:
    row = rows.c
    weight = case(
        (row.level == Level.ELEVEE, 2 * LEVEL_STEP),
        (row.level == Level.MODEREE, LEVEL_STEP),
        else_=0,
    )
    novelty = case(
        (row.novelty == Novelty.FIRST_ALERT, 3),
        (row.novelty == Novelty.AGGRAVATION, 2),
        (row.novelty == Novelty.RE_ALERT, 1),
        else_=0,
    )
    return {
        Sort.COMPANY: row.name_sort,
        Sort.PLACE: row.department + " " + func.coalesce(row.commune, ""),
        Sort.WORKFORCE: row.workforce,
        Sort.LEVEL: weight - func.coalesce(row.rank, 0),
        Sort.NOVELTY: novelty,
        Sort.DEBT: row.debt,
        Sort.SHORT_TIME: row.short_time,
        Sort.PROCEDURE: row.procedure_status,
        Sort.FOLLOW_UP: row.follow_up,
    }


def _among(filters: Filters, row: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for values, column in (
        (filters.levels, row.level),
        (filters.novelties, row.novelty),
        (filters.procedures, row.procedure_status),
    ):
        if values:
            conditions.append(column.in_(values))
    if filters.departments:
        conditions.append(row.departments.overlap(list(filters.departments)))
    if filters.sections:
        wanted = [division for section in filters.sections for division in _divisions(section)]
        conditions.append(func.left(row.naf, 2).in_(wanted))
    return conditions


def _bounds(filters: Filters, row: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.workforce_min is not None:
        conditions.append(row.workforce >= filters.workforce_min)
    if filters.workforce_max is not None:
        conditions.append(row.workforce <= filters.workforce_max)
    if filters.debt_min is not None:
        conditions.append(row.debt >= filters.debt_min)
    return conditions


def _divisions(section: str) -> list[str]:
    _, first, last = SECTIONS[section]
    return [f"{division:02d}" for division in range(first, last + 1)]


def _latest(codes: Sequence[str], listed: CTE, *, name: str) -> CTE:
    """Select the last known value of some series, summed over the establishments of each listed firm."""
    unnested = func.unnest(CompanySeries.values)
    value = unnested.table_valued("value", with_ordinality="position").render_derived()
    last = (
        select(value.c.value)
        .where(value.c.value.is_not(None))
        .order_by(value.c.position.desc())
        .limit(1)
        .correlate(CompanySeries)
        .scalar_subquery()
    )
    return (
        select(CompanySeries.siren, func.sum(last).label(name))
        .where(CompanySeries.code.in_(codes), CompanySeries.siren.in_(select(listed.c.siren)))
        .group_by(CompanySeries.siren)
        .cte(name)
    )
