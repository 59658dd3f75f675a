"""Read saved views; row-level security gives one's own, and those shared with one's networks."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE, Key, Slice, slice_of
from app.core.errors import NotFoundError
from app.watching.models import SavedView


def slice_of_views(
    session: Session, identity: Identity, cursor: str | None = None, *, size: int = PAGE_SIZE
) -> Slice[SavedView]:
    """Return the agent's views, then those shared with their networks, by name: a network may share thousands."""
    key: Key = [SavedView.agent_id != identity.agent_id, SavedView.name, SavedView.id]
    return slice_of(session, _views(), key=key, cursor=cursor, size=size).scalars()


def get_view(session: Session, _identity: Identity, view_id: int) -> SavedView:
    """Return a view within reach; raise `NotFoundError`."""
    view = session.scalar(_views().where(SavedView.id == view_id))
    if view is None:
        raise NotFoundError
    return view


def find_default(session: Session, identity: Identity) -> SavedView | None:
    """Return the view that the list opens with for the agent, if any."""
    mine = select(SavedView).where(SavedView.agent_id == identity.agent_id)
    return session.scalar(mine.where(SavedView.is_default))


def _views() -> Select[SavedView]:
    return select(SavedView).options(joinedload(SavedView.agent), joinedload(SavedView.network))
