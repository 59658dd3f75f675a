"""A period frozen: its figures counted, masked with all that its year told, audited, stored; only the worker loads it.

What is counted is never counted again: a period frozen twice, or killed in between, tells the same.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.now import today
from app.evidence.publications import counting, secrecy
from app.evidence.publications.kinds import KINDS, PublishedKind
from app.evidence.publications.models import PeriodTally, PublishedPeriod
from app.evidence.publications.periods import ReportPeriod

#: the namespace of the lock under which a year is counted, then told
LOCK = 7_146_060


def count(session: Session, identity: Identity, period: ReportPeriod) -> None:
    """Count a period, unless it was. Raise `DomainError` before its figures may be frozen."""
    take_turn(session, LOCK, period.year)
    if not period.is_ripe(today()):
        raise DomainError(period.too_early)
    if session.get(PeriodTally, period.code) is not None:
        return
    system = counting.everywhere(session, identity)
    counts = (
        counting.count_half(session, system, period)
        if period.half
        else counting.count_agents(session, period)
    )
    session.add(
        PeriodTally(
            period=period.code, counts=counts, delays=counting.delays(session, system, period)
        )
    )


def freeze(session: Session, identity: Identity, period: ReportPeriod) -> None:
    """Tell a period that was counted, unless it was told. Raise `DomainError` when no mask holds, or its audit fails."""
    take_turn(session, LOCK, period.year)
    if session.get(PublishedPeriod, period.code) is not None:
        return
    told = {each.period: each for each in _of_year(session, PublishedPeriod, period)}
    tallies = {each.period: each for each in _of_year(session, PeriodTally, period)}
    masked = {
        code: secrecy.mask(
            kind, period,
            tallies=_tallies(kind, period, tallies, told), former=_former(kind, told),
        )
        for code, kind in KINDS.items()
    }  # fmt: skip
    cells, hidden = (
        sum(getattr(each, name) for each in masked.values()) for name in ("cells", "masked")
    )
    figures = {
        "counts": {code: each.told for code, each in masked.items()},
        "delays": tallies[period.code].delays,
    }
    session.add(
        PublishedPeriod(
            period=period.code, since=period.since, until=period.until, figures=figures,
            cells=cells, masked=hidden, recoverable=0,
        )
    )  # fmt: skip
    journal.record(
        session, identity, journal.Event.FIGURES_FROZEN,
        period=period.code, cells=cells, masked=hidden, recoverable=0,
    )  # fmt: skip


def _of_year(session: Session, kind: type[Any], period: ReportPeriod) -> Any:
    codes = [each.code for each in ReportPeriod(period.year).parts]
    return session.scalars(select(kind).where(kind.period.in_(codes)))


def _tallies(
    kind: PublishedKind,
    period: ReportPeriod,
    tallies: Mapping[str, PeriodTally],
    told: Mapping[str, PublishedPeriod],
) -> dict[str, Any]:
    """The counts of the half-years that are told, this one included; of agents, those of the period alone."""
    if kind.counts_agents:
        codes = {period.code}
    else:
        codes = {half.code for half in period.halves} | {code for code in told if "-" in code}
    return {code: tallies[code].counts.get(kind.code, {}) for code in sorted(codes)}


def _former(kind: PublishedKind, told: Mapping[str, PublishedPeriod]) -> dict[str, Any]:
    if kind.counts_agents:
        return {}
    return {code: each.figures["counts"].get(kind.code, {}) for code, each in told.items()}
