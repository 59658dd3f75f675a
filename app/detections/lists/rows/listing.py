"""The rows of a list: which firms a page shows, read by index stage after stage, then what it shows of them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE, Key, Keyset, cursor_of
from app.core.now import today
from app.detections.lists.filters import Filters, Order
from app.detections.lists.rows import counts, details
from app.detections.lists.rows.branches import Sources, at_places
from app.detections.lists.rows.orders import OrderedRows, stages
from app.detections.models import DetectionList

#: statements that a process keeps
STATEMENTS = 64
#: rows of an export that stand in memory together
ROWS_AT_ONCE = 500

ListRow = Row[Any]


class Listing:
    """The list ``detection_list`` as ``identity`` may read it; without a list, the human signals alone.

    A row has: siren, name, naf, created_on, legal_category, department, departments, commune, workforce, workforce_month,
    workforce_change, procedure_status, readable, level, rules_count, novelty, arm, entry_id, cause, signal_id, signal_source,
    debt (€), debt_change, delay_until, short_time (ETP), revenue (€), revenue_before, ebit, closed_on, closed_before, follow_up, lists.
    Row-level security has the last word on entries, signals and figures.
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
        self.sources = Sources(
            identity=identity,
            list_id=detection_list.id if detection_list else None,
            until=until,
            filters=filters,
        )

    def page(
        self, session: Session, *, order: Order, cursor: str | None
    ) -> tuple[Sequence[ListRow], str | None]:
        """Return a page of rows and the cursor of the next one, if any; a forged cursor means the first page."""
        sirens, following = self._sirens(session, order=order, cursor=cursor, limit=PAGE_SIZE)
        return self._shown(session, sirens), following

    def first_rows(
        self, session: Session, *, order: Order, limit: int, ahead: Sequence[str] = ()
    ) -> Sequence[ListRow]:
        """Return the first ``limit`` rows, after what the list shows of the firms that come ``ahead``, listed or not."""
        sirens, _ = self._sirens(session, order=order, cursor=None, limit=limit)
        return self._shown(session, list(dict.fromkeys([*ahead, *sirens])))

    def sirens(self, session: Session, *, order: Order, limit: int) -> list[str]:
        """Return the firms of the first ``limit`` rows."""
        return self._sirens(session, order=order, cursor=None, limit=limit)[0]

    def batches(self, session: Session, *, order: Order, limit: int) -> Iterator[Sequence[ListRow]]:
        """Yield the first ``limit`` rows, `ROWS_AT_ONCE` at a time, for an export."""
        cursor, left = None, limit
        while left:
            size = min(left, ROWS_AT_ONCE)
            sirens, cursor = self._sirens(session, order=order, cursor=cursor, limit=size)
            yield self._shown(session, sirens)
            left = left - size if cursor else 0

    def count(self, session: Session) -> int:
        """Return the number of rows; `counts.COUNTED` + 1 beyond."""
        return counts.count_each(session, self.sources)[0]

    def counts(self, session: Session) -> dict[str, int]:
        """Return the number of rows under ``rows``, of each level, and with a signal under ``human``; under ``left_out``, of those
        that `signals_left_out`, if a filter does. `counts.COUNTED` + 1 beyond.
        """
        return counts.count_kinds(session, self.sources)

    def _sirens(
        self, session: Session, *, order: Order, cursor: str | None, limit: int
    ) -> tuple[list[str], str | None]:
        """Return the firms of a page in order, and the cursor of the next page."""
        count = len(stages(self.sources, order))
        number, after = _position(cursor, count)
        sirens: list[str] = []
        while number < count:
            statement, key = _stage(
                self.sources, order, number, after, limit + 1 - len(sirens), today()
            )
            if statement is not None:
                rows = session.execute(statement, self.sources.moments).all()
                kept = rows[: limit - len(sirens)]
                sirens += [row[-1] for row in kept]
                if len(rows) > len(kept):
                    last = kept[-1] if kept else None
                    return sirens, _cursor(number, last, key)
            number, after = number + 1, None
        return sirens, None

    def _shown(self, session: Session, sirens: Sequence[str]) -> list[ListRow]:
        """Return what the list shows of some firms, in the same order."""
        if not sirens:
            return []
        rows = details.read(session, self.sources, sirens)
        return [rows[siren] for siren in sirens]


def count_each(session: Session, *listings: Listing) -> list[int]:
    """Return the number of rows of each, in one statement; `counts.COUNTED` + 1 beyond."""
    return counts.count_each(session, *(listing.sources for listing in listings))


@lru_cache(STATEMENTS)
def _stage(
    sources: Sources, order: Order, number: int, after: str | None, limit: int, _day: date
) -> tuple[Select[*tuple[Any, ...]] | None, Key]:
    """The statement of a stage, and its key; it is made once a day for whoever reads the same page again."""
    parts = stages(sources, order)[number]()
    return (_in_order(parts, after, limit), parts[0].key) if parts else (None, [])


def _in_order(
    parts: Sequence[OrderedRows], after: str | None, limit: int
) -> Select[*tuple[Any, ...]]:
    """Select the first rows of a stage after a cursor: each part gives as many in its own order, at each of its places."""
    keyset = Keyset(parts[0].key, after)
    names = [f"key_{number}" for number in range(len(parts[0].columns))]
    firsts = [_first(part, keyset, names, limit) for part in parts]
    merged = union_all(*firsts).subquery()
    order = [merged.c[name].desc() if parts[0].descending else merged.c[name] for name in names]
    return select(merged).order_by(*order).limit(limit)


def _first(
    part: OrderedRows, keyset: Keyset, names: Sequence[str], limit: int
) -> Select[*tuple[Any, ...]]:
    keyed = zip(part.columns, names, strict=True)
    statement = (
        part.branch.statement.with_only_columns(*(column.label(name) for column, name in keyed))
        .where(*keyset.follows(part.key))
        .order_by(*part.key)
        .limit(limit)
    )
    return at_places(part.branch, statement)


def _position(cursor: str | None, count: int) -> tuple[int, str | None]:
    """Read the number of a stage and a cursor in it: « 1.eyJ… »; what is forged means the beginning."""
    number, _, after = (cursor or "").partition(".")
    if number.isascii() and number.isdecimal() and len(number) < 3 and int(number) < count:
        return int(number), after
    return 0, None


def _cursor(number: int, last: Row[Any] | None, key: Key) -> str:
    return f"{number}.{cursor_of(last, key) if last is not None else ''}"
