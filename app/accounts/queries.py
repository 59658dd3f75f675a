"""Reading agents and their commitments."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.commitment import VALID_FOR, VERSION
from app.accounts.models import Agent, Commitment
from app.core.identity import Identity
from app.core.now import utcnow


def find_agent_by_email(session: Session, email: str) -> Agent | None:
    """The active agent with this address, whatever its case."""
    return session.scalar(
        select(Agent).where(func.lower(Agent.email) == email.strip().lower(), Agent.active)
    )


def find_agent(session: Session, agent_id: int | None) -> Agent | None:
    """The agent with this number."""
    return session.get(Agent, agent_id)


def list_active_agents(session: Session) -> Sequence[Agent]:
    """Every active agent, by name."""
    return session.scalars(
        select(Agent).where(Agent.active).order_by(Agent.last_name, Agent.first_name, Agent.id)
    ).all()


def is_committed(session: Session, identity: Identity, *, valid_for: timedelta = VALID_FOR) -> bool:
    """Whether the agent signed the present text recently enough."""
    signed = select(Commitment.id).where(
        Commitment.agent_id == identity.agent_id,
        Commitment.version == VERSION,
        Commitment.accepted_at > utcnow() - valid_for,
    )
    return session.scalar(select(signed.exists())) or False
