"""Read slips, the objects they list, and what is left to carry out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.database.keyset import Slice, slice_of
from app.core.errors import NotFoundError
from app.core.now import utcnow
from app.records.retention.models import FinalFate, KeptObject
from app.records.retention.slips.models import EliminationItem, EliminationSlip

#: what was refused is not proposed again before
REFUSED_FOR = timedelta(days=365)
_PEOPLE = (joinedload(EliminationSlip.decider), joinedload(EliminationSlip.receiver))
OPEN = (EliminationSlip.executed_at.is_(None), EliminationSlip.is_accepted.is_not(False))


def get_slip(session: Session, _identity: Identity, slip_id: int) -> EliminationSlip:
    """Return a slip; raise `NotFoundError`."""
    found = session.scalar(
        select(EliminationSlip).where(EliminationSlip.id == slip_id).options(*_PEOPLE)
    )
    if found is None:
        raise NotFoundError
    return found


def find_open(session: Session, about: KeptObject) -> EliminationSlip | None:
    """Return the slip of an object that is not over, if there is one."""
    return session.scalar(select(EliminationSlip).where(EliminationSlip.object == about, *OPEN))


def list_waiting(session: Session) -> Sequence[EliminationSlip]:
    """Return the slips on which somebody has to act, the oldest first: one an object at most."""
    waiting = select(EliminationSlip).where(*OPEN, EliminationSlip.takes_visa)
    return session.scalars(waiting.order_by(EliminationSlip.id)).all()


def slice_of_over(session: Session, cursor: str | None) -> Slice[Row[EliminationSlip]]:
    """Return the slips that are over, the latest first."""
    over = select(EliminationSlip).where(
        or_(EliminationSlip.executed_at.is_not(None), EliminationSlip.is_accepted.is_(False))
    )
    return slice_of(session, over, key=[EliminationSlip.id.desc()], cursor=cursor)


def slice_of_items(
    session: Session, slip: EliminationSlip, cursor: str | None
) -> Slice[Row[EliminationItem]]:
    """Return the objects of a slip, by number."""
    of_it = select(EliminationItem).where(EliminationItem.slip_id == slip.id)
    return slice_of(session, of_it, key=[EliminationItem.subject_id], cursor=cursor)


def count_items(session: Session, slip: EliminationSlip) -> dict[bool | None, int]:
    """Return how many objects of a slip are gone (true), were left (false), are to come (none)."""
    counted = select(EliminationItem.is_gone, func.count()).where(
        EliminationItem.slip_id == slip.id
    )
    return {row[0]: row[1] for row in session.execute(counted.group_by(EliminationItem.is_gone))}


def list_to_carry_out(session: Session) -> Sequence[int]:
    """Return the numbers of the slips that may be carried out: signed, and handed over where they must be."""
    handed_over = or_(
        EliminationSlip.fate != FinalFate.ARCHIVING, EliminationSlip.received_at.is_not(None)
    )
    signed = (
        EliminationSlip.is_accepted.is_(True),
        handed_over,
        EliminationSlip.executed_at.is_(None),
    )
    return session.scalars(
        select(EliminationSlip.id).where(*signed).order_by(EliminationSlip.id)
    ).all()


def next_item(session: Session, slip_id: int) -> int | None:
    """Return the number of the first object that is left to settle."""
    left = select(EliminationItem.subject_id).where(
        EliminationItem.slip_id == slip_id, EliminationItem.settled_at.is_(None)
    )
    return session.scalar(left.order_by(EliminationItem.subject_id).limit(1))


def list_subjects(session: Session, slip_id: int) -> Sequence[int]:
    """Return the numbers of the objects of a slip."""
    of_it = select(EliminationItem.subject_id).where(EliminationItem.slip_id == slip_id)
    return session.scalars(of_it.order_by(EliminationItem.subject_id)).all()


def find_slip_of(session: Session, about: KeptObject, number: int) -> int | None:
    """Return the slip by which an object was eliminated."""
    return session.scalar(
        select(EliminationItem.slip_id)
        .join(EliminationSlip, EliminationSlip.id == EliminationItem.slip_id)
        .where(
            EliminationItem.subject_id == number, EliminationItem.is_gone.is_(True),
            EliminationSlip.object == about,
        )
    )  # fmt: skip


def refused_since() -> datetime:
    """Return the moment after which a refusal still keeps an object from being proposed."""
    return utcnow() - REFUSED_FOR
