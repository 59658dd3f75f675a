"""Reading unlocks: an agent's own, and those of the network they oversee. Row-level security restricts each."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Agent
from app.core.access.identity import Identity
from app.core.database.keyset import Page, page_of
from app.core.database.tables import current_moment
from app.core.errors import NotFoundError
from app.unlocks.models import Unlock, UnlockScope


def unlocked_by_agent() -> Select[str]:
    """The firms that the `Agent` of a row has unlocked for themselves, while the unlock is in force."""
    own = (Unlock.agent_id == Agent.id, Unlock.scope == UnlockScope.AGENT)
    return select(Unlock.siren).where(*own, *_in_force())


def get_unlock(session: Session, _identity: Identity, unlock_id: int) -> Unlock:
    """An unlock within reach, with its firm and its agent; raise `NotFoundError` if there is none."""
    unlock = session.scalar(_unlocks().where(Unlock.id == unlock_id))
    if unlock is None:
        raise NotFoundError
    return unlock


def list_of_company(session: Session, _identity: Identity, siren: str) -> Sequence[Unlock]:
    """The unlocks in force on a firm: the agent's own and those of the network they oversee, soonest to expire first."""
    of_firm = _unlocks().where(Unlock.siren == siren, *_in_force())
    return session.scalars(of_firm.order_by(Unlock.expires_at, Unlock.id)).all()


def page_of_mine(session: Session, identity: Identity, cursor: str | None) -> Page[Unlock]:
    """The agent's own unlocks, in force or not, latest first."""
    return _page(session, cursor, Unlock.agent_id == identity.agent_id)


def page_of_network(session: Session, identity: Identity, cursor: str | None) -> Page[Unlock]:
    """The unlocks of the agent's own network that they oversee, in force or not, latest first."""
    return _page(session, cursor, Unlock.network_id == identity.own_network_id)


def _page(session: Session, cursor: str | None, which: ColumnElement[bool]) -> Page[Unlock]:
    statement = _unlocks().where(which)
    return page_of(session, statement, key=[Unlock.id.desc()], cursor=cursor).scalars()


def _unlocks() -> Select[Unlock]:
    return select(Unlock).options(joinedload(Unlock.agent), joinedload(Unlock.company))


def _in_force() -> tuple[ColumnElement[bool], ...]:
    lasts = or_(Unlock.expires_at.is_(None), Unlock.expires_at > current_moment())
    return (Unlock.ended_at.is_(None), lasts)
