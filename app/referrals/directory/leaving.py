"""Who leaves the directory with work to do: counted before, passed on afterwards, by whoever keeps needs."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.slots import Slot
from app.referrals.directory.models import Antenne, Expert

#: how many needs each of some experts has open
open_needs: Slot[Callable[[Session, Collection[int]], Mapping[int, int]]] = Slot(
    "open needs of whoever leaves"
)
#: called in the transaction by which somebody leaves: their needs are to go to others
passing_on: Slot[Callable[[Session], None]] = Slot("what follows when somebody leaves")


def count_open(session: Session, expert_ids: Collection[int]) -> int:
    """Return how many needs some experts have open."""
    return sum(sum(each(session, expert_ids).values()) for each in open_needs)


def count_of_antenne(session: Session, antenne_id: int) -> int:
    """Return how many needs the experts of an antenne have open."""
    return count_open(session, _numbers(session, Antenne.id == antenne_id))


def count_of_institution(session: Session, institution_id: int) -> int:
    """Return how many needs the experts of an institution have open."""
    return count_open(session, _numbers(session, Antenne.institution_id == institution_id))


def pass_on(session: Session) -> None:
    """Have what open needs those who left have go to others."""
    for each in passing_on:
        each(session)


def _numbers(session: Session, of: object) -> Sequence[int]:
    return session.scalars(select(Expert.id).join(Expert.antenne).where(of)).all()  # type: ignore[arg-type]
