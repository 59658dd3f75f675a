"""Read subscriptions; row-level security gives one's own."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Agent
from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.watching.subscriptions.models import Subscription, TellingPace


def list_mine(session: Session, identity: Identity) -> Sequence[Subscription]:
    """Return the agent's subscriptions, the last first."""
    mine = _subscriptions().where(Subscription.agent_id == identity.agent_id)
    return session.scalars(mine.order_by(Subscription.id.desc())).all()


def find_of(
    session: Session, identity: Identity, *, view_id: int | None, department: str | None
) -> Subscription | None:
    """Return the agent's subscription to a view or a département, if any."""
    mine = _subscriptions().where(Subscription.agent_id == identity.agent_id)
    what = Subscription.view_id == view_id if view_id else Subscription.department == department
    return session.scalar(mine.where(what))


def get_subscription(session: Session, _identity: Identity, subscription_id: int) -> Subscription:
    """Return one of the agent's subscriptions; raise `NotFoundError`."""
    found = session.scalar(_subscriptions().where(Subscription.id == subscription_id))
    if found is None:
        raise NotFoundError
    return found


def list_running(
    session: Session, agent_id: int, numbers: Collection[int], *, hold: bool = False
) -> Sequence[Subscription]:
    """Return those of some subscriptions of an agent that still tell them, held if asked; the session must act for the system."""
    those = (Subscription.agent_id == agent_id, Subscription.id.in_(numbers))
    running = select(Subscription).where(*those, Subscription.stopped_at.is_(None))
    running = running.order_by(Subscription.id)
    return session.scalars(running.with_for_update() if hold else running).all()


def list_due(session: Session, paces: Collection[TellingPace]) -> Sequence[Subscription]:
    """Return every subscription of some paces whose agent may still sign in; the session must act for the system."""
    signs_in = Subscription.agent.has(Agent.active & Agent.suspended_at.is_(None))
    runs = (Subscription.pace.in_(paces), Subscription.stopped_at.is_(None), signs_in)
    due = _subscriptions().where(*runs)
    return session.scalars(due.order_by(Subscription.agent_id, Subscription.id)).all()


def _subscriptions() -> Select[Subscription]:
    return select(Subscription).options(
        joinedload(Subscription.view), joinedload(Subscription.agent)
    )
