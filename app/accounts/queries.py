"""Reading agents and their commitments."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.commitment import VALID_FOR, VERSION
from app.accounts.models import AccountRole, Agent, Commitment, Credential, Passkey, agent_role
from app.core.access.identity import Identity, Role
from app.core.database.tables import current_moment


def find_agent_by_email(session: Session, email: str) -> Agent | None:
    """The active agent with this e-mail address, ignoring case."""
    return session.scalar(
        select(Agent).where(func.lower(Agent.email) == email.strip().lower(), Agent.active)
    )


def find_agent(session: Session, agent_id: int | None) -> Agent | None:
    """The agent with this id, active or not."""
    return session.get(Agent, agent_id)


def find_address(session: Session, agent_id: int) -> str | None:
    """The e-mail address of an agent, `None` once the account is closed: what was written to them before is theirs no more."""
    agent = find_agent(session, agent_id)
    return agent.email if agent and agent.active else None


def find_names(session: Session, agent_ids: Collection[int]) -> dict[int, str]:
    """The full names of agents, by id."""
    named = select(Agent.id, Agent.full_name).where(Agent.id.in_(agent_ids))
    return {row[0]: row[1] for row in session.execute(named)}


def list_administrators(session: Session) -> Sequence[int]:
    """The ids of the active administrators."""
    theirs = select(Agent.id).where(Agent.active, Agent.id.in_(holders_of(Role.ADMINISTRATEUR)))
    return session.scalars(theirs.order_by(Agent.id)).all()


def list_awake(session: Session, who: ColumnElement[bool]) -> Sequence[int]:
    """The ids of the agents of whom ``who`` is true and whose account is open and not asleep: those who may be told to act."""
    open_ones = (Agent.active, Agent.suspended_at.is_(None))
    return session.scalars(select(Agent.id).where(*open_ones, who).order_by(Agent.id)).all()


def holders_of(role: Role) -> Select[tuple[int]]:
    """The ids of the agents who hold ``role``, whether or not their account is active, for ``in_``."""
    return (
        select(agent_role.c.agent_id)
        .join(AccountRole, AccountRole.id == agent_role.c.role_id)
        .where(AccountRole.name == role.value)
    )


def is_committed(session: Session, identity: Identity) -> bool:
    """Whether the agent signed the current text recently enough."""
    return session.scalar(select(has_signed(literal(identity.agent_id)))) or False


def has_signed(agent_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """`is_committed` as a column, for a statement about agents."""
    signed = select(Commitment.id).where(
        Commitment.agent_id == agent_id,
        Commitment.version == VERSION,
        Commitment.accepted_at > current_moment() - VALID_FOR,
    )
    return signed.exists()


def find_credential(session: Session, agent_id: int | None) -> Credential | None:
    """What a local account signs in with; ``None`` for a ProConnect account."""
    return session.get(Credential, agent_id)


def has_second_factor(session: Session, credential: Credential) -> bool:
    """Whether the account has an authenticator app or a passkey."""
    passkey = select(Passkey.id).where(Passkey.agent_id == credential.agent_id)
    return credential.totp_secret is not None or bool(session.scalar(select(passkey.exists())))


def find_commitment(session: Session, identity: Identity) -> Commitment | None:
    """The agent's latest signature, in force or not."""
    return session.scalar(
        select(Commitment)
        .where(Commitment.agent_id == identity.agent_id)
        .order_by(Commitment.accepted_at.desc())
        .limit(1)
    )
