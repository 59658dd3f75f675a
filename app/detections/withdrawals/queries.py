"""Read the lists, published or withdrawn, and what was asked of them."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.detections.lists.queries import LATEST_FIRST, find_current_list
from app.detections.models import DetectionList
from app.detections.withdrawals.models import ListWithdrawal

#: lists that the page shows
SHOWN = 24
WHY = "Retrait d’une liste"


def list_every(session: Session) -> Sequence[DetectionList]:
    """Return the last lists, withdrawn ones too, read as the system: whoever decides on them may read no firm."""
    with reading_as_system(session, reason=WHY):
        return session.scalars(select(DetectionList).order_by(*LATEST_FIRST).limit(SHOWN)).all()


def get_any_list(session: Session, _identity: Identity, list_id: int) -> DetectionList:
    """Return a list, withdrawn or not; raise `NotFoundError`."""
    with reading_as_system(session, reason=WHY):
        found = session.get(DetectionList, list_id)
    if found is None:
        raise NotFoundError
    return found


def get_withdrawal(session: Session, _identity: Identity, withdrawal_id: int) -> ListWithdrawal:
    """Return what was asked; raise `NotFoundError`."""
    found = session.get(ListWithdrawal, withdrawal_id)
    if found is None:
        raise NotFoundError
    return found


def list_asked(session: Session, *, limit: int = 50) -> Sequence[ListWithdrawal]:
    """Return what was asked of lists, the latest first."""
    return session.scalars(
        select(ListWithdrawal)
        .options(joinedload(ListWithdrawal.asker), joinedload(ListWithdrawal.decider))
        .order_by(ListWithdrawal.id.desc())
        .limit(limit)
    ).all()


def is_asked(session: Session, list_id: int) -> bool:
    """Return whether a request on a list waits for a decision."""
    waiting = (ListWithdrawal.list_id == list_id, ListWithdrawal.decided_at.is_(None))
    return bool(session.scalar(select(exists().where(*waiting))))


def find_last_accepted(session: Session, list_id: int) -> ListWithdrawal | None:
    """Return the last decision that was made of a list and carried out."""
    return session.scalar(
        select(ListWithdrawal)
        .where(ListWithdrawal.list_id == list_id, ListWithdrawal.is_accepted.is_(True))
        .order_by(ListWithdrawal.id.desc())
        .limit(1)
    )


def find_withdrawn(session: Session) -> ListWithdrawal | None:
    """Return the last withdrawal in force of a list that would be the current one, or newer; `None` when there is none."""
    last = session.scalar(
        select(ListWithdrawal)
        .where(ListWithdrawal.is_accepted.is_(True))
        .order_by(ListWithdrawal.as_of.desc(), ListWithdrawal.id.desc())
        .limit(1)
    )
    if last is None or last.is_return:
        return None
    current = find_current_list(session)
    return None if current and current.as_of >= last.as_of else last
