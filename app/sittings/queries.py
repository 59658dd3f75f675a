"""Read sittings and their agendas; row-level security gives those of one's networks, where one works."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.keyset import Key, Slice, slice_of
from app.core.errors import NotFoundError
from app.deadlines.models import Deadline
from app.sittings.models import Sitting, SittingItem, SittingTask


def slice_of_sittings(
    session: Session, _identity: Identity, cursor: str | None = None
) -> Slice[Sitting]:
    """Return the sittings that the agent reads, the latest first."""
    key: Key = [Sitting.held_on.desc(), Sitting.id.desc()]
    return slice_of(session, _sittings(), key=key, cursor=cursor).scalars()


def get_sitting(session: Session, _identity: Identity, sitting_id: int) -> Sitting:
    """Return a sitting; raise `NotFoundError` when it is of no network of the agent, or elsewhere."""
    sitting = session.scalar(_sittings().where(Sitting.id == sitting_id))
    if sitting is None:
        raise NotFoundError
    return sitting


def get_item(session: Session, _identity: Identity, sitting_item_id: int) -> SittingItem:
    """Return an item of an agenda with its sitting; raise `NotFoundError` out of reach."""
    sitting = joinedload(SittingItem.sitting)
    whole = _items().options(
        sitting.joinedload(Sitting.network), sitting.joinedload(Sitting.author)
    )
    item = session.scalar(whole.where(SittingItem.id == sitting_item_id))
    if item is None:
        raise NotFoundError
    return item


def list_items(session: Session, _identity: Identity, sitting: Sitting) -> Sequence[SittingItem]:
    """Return the agenda within the agent's reach, in its order."""
    those = _items().where(SittingItem.sitting_id == sitting.id)
    return session.scalars(those.order_by(SittingItem.place)).all()


def already_on(
    session: Session, _identity: Identity, sitting: Sitting, sirens: Collection[str]
) -> set[str]:
    """Return which of these firms the agenda has."""
    on = select(SittingItem.siren).where(SittingItem.sitting_id == sitting.id)
    return set(session.scalars(on.where(SittingItem.siren.in_(sirens))))


def last_place(session: Session, sitting: Sitting) -> int:
    """Return the last place of the agenda, firms that the agent does not read included; 0 while it is empty."""
    last = select(func.max(SittingItem.place)).where(SittingItem.sitting_id == sitting.id)
    with reading_as_system(session, reason="Place à l’ordre du jour") as connection:
        return connection.execute(last).scalar_one() or 0


def has_task(session: Session, item: SittingItem) -> bool:
    """Return whether the sitting gave somebody something to do of a firm, be it read by others."""
    given = select(SittingTask.deadline_id).where(SittingTask.item_id == item.id)
    return session.scalar(given.limit(1)) is not None


def find_neighbour(session: Session, item: SittingItem, *, is_above: bool) -> SittingItem | None:
    """Return the item just above, or just below, if any."""
    others = select(SittingItem).where(SittingItem.sitting_id == item.sitting_id)
    if is_above:
        above = others.where(SittingItem.place < item.place)
        return session.scalars(above.order_by(SittingItem.place.desc()).limit(1)).first()
    below = others.where(SittingItem.place > item.place)
    return session.scalars(below.order_by(SittingItem.place).limit(1)).first()


def _sittings() -> Select[Sitting]:
    return select(Sitting).options(joinedload(Sitting.network), joinedload(Sitting.author))


def _items() -> Select[SittingItem]:
    tasks = selectinload(SittingItem.tasks).joinedload(Deadline.assignee)
    return select(SittingItem).options(
        joinedload(SittingItem.company), joinedload(SittingItem.speaker), tasks
    )
