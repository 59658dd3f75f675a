"""Keep the journal: create months ahead, seal each day, purge the oldest months."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.keeping import queries, seals
from app.audit.keeping.chain import KEPT_MONTHS
from app.audit.keeping.models import JournalSeal
from app.audit.keeping.seals import Seal
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.logging import get_logger
from app.core.now import utcnow

logger = get_logger(__name__)

#: months created ahead: how long the scheduler may be down before lines fall into the default partition
AHEAD = 3
A_DAY = timedelta(days=1)


def prepare_months(session: Session) -> list[date]:
    """Create the partitions of the current and coming months; return those that were missing."""
    present = utcnow().date()
    months = [_month(present, later) for later in range(AHEAD + 1)]
    return [month for month in months if session.scalar(select(func.journal_prepare(month)))]


def seal(session: Session, identity: Identity, *, home: Path, key: str) -> Sequence[Seal]:
    """Seal each day that is over (UTC) and not yet sealed; return the new seals.

    The file is written last: if that fails, the transaction is rolled back. If the transaction is lost
    afterwards, an identical seal is made next time, and is not duplicated in the file.
    """
    session.execute(select(func.journal_hold()))
    new_seals: list[Seal] = []
    former = queries.find_last_seal(session)
    for day in _days_to_seal(session, former):
        tip = queries.find_tip(session, before=_midnight(day + A_DAY))
        if tip is None:
            continue
        before = new_seals[-1] if new_seals else former
        new_seals.append(
            Seal(
                day=day,
                number=tip.id,
                hash=tip.hash.hex(),
                lines=queries.count_between(session, before.number if before else 0, tip.id),
                previous=before.seal if before else "",
            ).signed(key)
        )
    if new_seals:
        _keep(session, identity, new_seals)
        seals.append(seals.file_of(home), new_seals)
    return new_seals


def purge(session: Session, month: date) -> int:
    """Drop a month of the journal; return how many lines it held. The database refuses a recent or unsealed month."""
    try:
        return session.scalar(select(func.journal_purge(month))) or 0
    except IntegrityError as error:
        cause = str(error.orig).partition("\n")[0]
        raise DomainError(
            f"Le mois {month:%m/%Y} du journal ne peut pas être purgé ({cause}). "
            "Scellez et vérifiez d’abord : flask --app wsgi journal seal, puis verify."
        ) from None


def list_purgeable(session: Session) -> list[date]:
    """Return the months past their retention period, oldest first."""
    present = utcnow().date()
    return [
        month for month in queries.list_months(session) if _month(month, KEPT_MONTHS + 1) <= present
    ]


def _days_to_seal(session: Session, former: Seal | None) -> list[date]:
    begin = former.day + A_DAY if former else queries.find_first_day(session)
    yesterday = utcnow().date() - A_DAY
    if begin is None:
        return []
    return [begin + A_DAY * offset for offset in range((yesterday - begin).days + 1)]


def _keep(session: Session, identity: Identity, new_seals: Sequence[Seal]) -> None:
    """Record seals in the table that purging reads, in the chain itself, and in the log."""
    session.add_all(
        JournalSeal(
            day=seal.day,
            number=seal.number,
            hash=bytes.fromhex(seal.hash),
            lines=seal.lines,
            previous=bytes.fromhex(seal.previous),
            seal=bytes.fromhex(seal.seal),
        )
        for seal in new_seals
    )
    session.flush()
    last = new_seals[-1]
    journal.record(
        session, identity, journal.Event.JOURNAL_SEALED,
        day=last.day, days=len(new_seals), number=last.number, seal=last.seal,
    )  # fmt: skip
    for seal in new_seals:
        logger.info(
            seals.LOGGED, day=seal.day.isoformat(), number=seal.number, hash=seal.hash,
            lines=seal.lines, previous=seal.previous, seal=seal.seal,
        )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _month(day: date, later: int) -> date:
    """Return the first day of the month ``later`` months after that of ``day``."""
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
