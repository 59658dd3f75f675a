"""How many rows a list has, up to a thousand; those of the published list are counted once for whoever reads the same of it."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.companies.models import CompanyFigures
from app.core.access.identity import Nature
from app.core.now import today
from app.detections.lists.filters import AlertSource, Filters
from app.detections.lists.models import GRADES
from app.detections.lists.rows.branches import ListedRows, Sources, at_places
from app.detections.lists.rows.conditions import FILTERED

#: rows are counted up to here: nobody reads further, and nothing is counted for nothing
COUNTED = 1_000
#: counts and statements that a process keeps
KEPT, STATEMENTS = 512, 64
#: the filters that look at nothing but what a publication writes
PUBLISHED = frozenset({
    "levels", "novelties", "departments", "sections", "procedures", "workforce_min", "workforce_max", "debt_min", "debt_signs",
    "workforce_signs", "short_time_signs", "source", "draw_signs",
})  # fmt: skip
#: changes with each publication of the figures, which makes their tables anew; with the database too, for who serves several
VERSION: ColumnElement[Sequence[int]] = literal_column(
    "array[(select oid from pg_database where datname = current_database())::bigint, "
    + ", ".join(
        f"to_regclass('public.company_figures_part_{nature}')::oid::bigint"
        for nature, _ in FILTERED
    )
    + "]",
    ARRAY(BigInteger),
)

Counts = dict[str, int]

_kept: dict[object, Counts] = {}


def count_each(session: Session, *several: Sources) -> list[int]:
    """Return the number of rows of each, read at the same moment, in one statement; `COUNTED` + 1 beyond."""
    return list(session.execute(_each(several, COUNTED, today()), several[0].moments).one())


@lru_cache(STATEMENTS)
def _each(several: tuple[Sources, ...], bound: int, _day: date) -> Select[*tuple[Any, ...]]:
    columns = (_bounded(sources.branches(), bound) for sources in several)
    return select(*(column.label(f"count_{place}") for place, column in enumerate(columns)))


def count_kinds(session: Session, sources: Sources) -> Counts:
    """Return the number of rows under ``rows``, of each level, and with a signal under ``human``; under ``left_out``, of those
    that `signals_left_out`, if a filter does. `COUNTED` + 1 beyond.
    """
    counted = session.execute(_signals(sources, COUNTED, today()), sources.moments).one()
    of_level = _of_level(session, sources, counted.version)
    human, rows = counted.signalled + counted.alone, sum(of_level.values()) + counted.alone
    found = of_level | {"human": min(human, COUNTED + 1), "rows": min(rows, COUNTED + 1)}
    return found | ({"left_out": counted.left_out} if sources.filters.leaves_signals_out else {})


@lru_cache(STATEMENTS)
def _signals(sources: Sources, bound: int, _day: date) -> Select[*tuple[Any, ...]]:
    """Count what humans signal, on the list and beside it, as acts make it; then the version of what was published."""
    counted = {
        "signalled": [row.where(sources.is_signalled(row.siren)) for row in sources.entries()],
        "alone": [row for row in [sources.signals()] if row is not None],
        "left_out": [row for row in [sources.signals_left_out()] if row is not None],
    }
    columns = (_bounded(branches, bound).label(name) for name, branches in counted.items())
    return select(*columns, VERSION.label("version"))


def _of_level(session: Session, sources: Sources, version: Sequence[int]) -> Counts:
    """The entries of each level, kept as long as they are those of ``version``."""
    if not _is_the_same_for_all(sources):
        return _count_levels(session, sources)
    zone = sources.identity.zones[Nature.SCORE]
    key = (sources.list_id, sources.filters, zone, tuple(version), today(), COUNTED)
    counts = _kept.get(key)
    if counts is None:
        counts = _count_levels(session, sources)
        # A copy: another thread may be adding to it.
        for oldest in list(_kept)[: max(0, len(_kept) + 1 - KEPT)]:
            _kept.pop(oldest, None)
        _kept[key] = counts
    return counts


def _is_the_same_for_all(sources: Sources) -> bool:
    """Whether whoever holds the score in the same zone is given the same entries, whatever has been done since the publication.

    So it is when the filters look at what was published, in natures that are held all over that zone, and no invitation
    gives anything beyond it.
    """
    identity, filters = sources.identity, sources.filters
    others = (field for field in fields(Filters) if field.name not in PUBLISHED)
    if any(getattr(filters, field.name) != field.default for field in others):
        return False
    if filters.source in (AlertSource.HUMAN, AlertSource.BOTH) or identity.case_sirens:
        return False
    zone = set(identity.zones.get(Nature.SCORE, ()))
    looked_at = (
        nature for nature, narrow in FILTERED if narrow(filters, CompanyFigures.__table__.c)
    )
    return bool(zone) and all(zone <= set(identity.zones.get(nature, ())) for nature in looked_at)


def _count_levels(session: Session, sources: Sources) -> Counts:
    entries = sources.entries()
    of_level = {
        level.value: _bounded([row.where(row.listed.grade == grade) for row in entries], COUNTED)
        for level, grade in GRADES.items()
    }
    columns = (column.label(level) for level, column in of_level.items())
    counted = session.execute(select(*columns), sources.moments)
    return dict(counted.mappings().one())


def _bounded(branches: Sequence[ListedRows], bound: int) -> ColumnElement[int]:
    """Count some rows, and stop one beyond a ``bound``."""
    if not branches:
        return literal(0)
    each = [
        at_places(row, row.statement.with_only_columns(row.siren.label("siren")).limit(bound + 1))
        for row in branches
    ]
    first = select(union_all(*each).subquery()).limit(bound + 1).subquery()
    return select(func.count()).select_from(first).scalar_subquery()
