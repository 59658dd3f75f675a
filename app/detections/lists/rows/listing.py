"""The rows of a list: which firms a page shows, read by index stage after stage, then what it shows of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE, Key, Keyset, cursor_of
from app.detections.lists.filters import Filters, Order
from app.detections.lists.models import GRADES
from app.detections.lists.rows import details
from app.detections.lists.rows.branches import SIGNAL_LIFE, ListedRows, Sources
from app.detections.lists.rows.orders import OrderedRows, stages
from app.detections.models import DetectionList

#: rows are counted up to here: nobody reads further, and nothing is counted for nothing
COUNTED = 1_000

#: rows of an export that stand in memory together
ROWS_AT_ONCE = 500

ListRow = Row[Any]


class Listing:
    """The list ``detection_list`` as ``identity`` may read it; without a list, the human signals alone.

    A row has: siren, name, naf, created_on, legal_category, department, departments, commune, workforce, workforce_month,
    workforce_change, procedure_status, readable, level, rules_count, novelty, entry_id, cause, signal_id, signal_source,
    debt (€), debt_change, delay_until, short_time (ETP), revenue (€), revenue_before, ebit, closed_on, closed_before, follow_up.
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

    def batches(self, session: Session, *, order: Order, limit: int) -> Iterator[Sequence[ListRow]]:
        """Yield the first ``limit`` rows, `ROWS_AT_ONCE` at a time, for an export."""
        cursor, left = None, limit
        while left:
            size = min(left, ROWS_AT_ONCE)
            sirens, cursor = self._sirens(session, order=order, cursor=cursor, limit=size)
            yield self._shown(session, sirens)
            left = left - size if cursor else 0

    def count(self, session: Session) -> int:
        """Return the number of rows; `COUNTED` + 1 beyond."""
        return session.scalar(select(_bounded(self.sources.branches()))) or 0

    def counts(self, session: Session) -> dict[str, int]:
        """Return the number of rows under ``rows``, of each level, and with a signal under ``human``; under ``left_out``, of those
        that `signals_left_out`, if a filter does. `COUNTED` + 1 beyond.
        """
        entries, signals = self.sources.entries(), self.sources.signals()
        left_out = self.sources.signals_left_out()
        of_level = {
            level.value: [row.where(row.listed.grade == grade) for row in entries]
            for level, grade in GRADES.items()
        }
        signalled = [row.where(self.sources.is_signalled(row.siren)) for row in entries]
        alone = [] if signals is None else [signals]
        counted = {**of_level, "signalled": signalled, "alone": alone}
        counted |= {} if left_out is None else {"left_out": [left_out]}
        statement = select(*(_bounded(branches).label(name) for name, branches in counted.items()))
        found = dict(session.execute(statement).mappings().one())
        alone = found.pop("alone")
        human = found.pop("signalled") + alone
        rows = sum(found[level] for level in of_level) + alone
        return found | {"human": min(human, COUNTED + 1), "rows": min(rows, COUNTED + 1)}

    def _sirens(
        self, session: Session, *, order: Order, cursor: str | None, limit: int
    ) -> tuple[list[str], str | None]:
        """Return the firms of a page in order, and the cursor of the next page."""
        every = stages(self.sources, order)
        number, after = _position(cursor, len(every))
        sirens: list[str] = []
        while number < len(every):
            parts = every[number]()
            if parts:
                rows = session.execute(_in_order(parts, after, limit + 1 - len(sirens))).all()
                kept = rows[: limit - len(sirens)]
                sirens += [row[-1] for row in kept]
                if len(rows) > len(kept):
                    last = kept[-1] if kept else None
                    return sirens, _cursor(number, last, parts[0].key)
            number, after = number + 1, None
        return sirens, None

    def _shown(self, session: Session, sirens: Sequence[str]) -> list[ListRow]:
        """Return what the list shows of some firms, in the same order."""
        if not sirens:
            return []
        sources = self.sources
        signalled = (sources.until - SIGNAL_LIFE, sources.until)
        rows = details.read(
            session, self.identity, sirens, list_id=sources.list_id, signalled=signalled
        )
        return [rows[siren] for siren in sirens]


def count_each(session: Session, *listings: Listing) -> list[int]:
    """Return the number of rows of each, in one statement; `COUNTED` + 1 beyond."""
    columns = (_bounded(listing.sources.branches()) for listing in listings)
    numbered = (column.label(f"count_{place}") for place, column in enumerate(columns))
    return list(session.execute(select(*numbered)).one())


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
    return _at_places(part.branch, statement)


def _at_places(branch: ListedRows, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    if branch.places is None:
        return select(statement.subquery())
    at_one = statement.correlate(branch.places).lateral()
    return select(at_one).select_from(branch.places.join(at_one, true()))


def _bounded(branches: Sequence[ListedRows]) -> ColumnElement[int]:
    """Count some rows, and stop one beyond `COUNTED`."""
    if not branches:
        return literal(0)
    each = [
        _at_places(
            row, row.statement.with_only_columns(row.siren.label("siren")).limit(COUNTED + 1)
        )
        for row in branches
    ]
    first = select(union_all(*each).subquery()).limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(first).scalar_subquery()


def _position(cursor: str | None, count: int) -> tuple[int, str | None]:
    """Read the number of a stage and a cursor in it: « 1.eyJ… »; what is forged means the beginning."""
    number, _, after = (cursor or "").partition(".")
    if number.isascii() and number.isdecimal() and len(number) < 3 and int(number) < count:
        return int(number), after
    return 0, None


def _cursor(number: int, last: Row[Any] | None, key: Key) -> str:
    return f"{number}.{cursor_of(last, key) if last is not None else ''}"
