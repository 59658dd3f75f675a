"""Read an agent's tokens, and whose a secret is."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.queries import has_signed
from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.core.now import today
from app.exchanges.tokens.models import ApiToken

#: tokens that the page shows
SHOWN = 30


def get_token(session: Session, _identity: Identity, token_id: int) -> ApiToken:
    """Return one of the agent's tokens; raise `NotFoundError`."""
    token = session.get(ApiToken, token_id)
    if token is None:
        raise NotFoundError
    return token


def list_tokens(session: Session, identity: Identity) -> Sequence[ApiToken]:
    """Return the agent's last tokens, the newest first."""
    mine = select(ApiToken).where(ApiToken.agent_id == identity.agent_id)
    return session.scalars(mine.order_by(ApiToken.id.desc()).limit(SHOWN)).all()


def list_in_force(session: Session, agent_id: int | None) -> Sequence[ApiToken]:
    """Return the tokens of an agent that may still open something."""
    theirs = (ApiToken.agent_id == agent_id, ApiToken.revoked_at.is_(None))
    return session.scalars(select(ApiToken).where(*theirs, ApiToken.expires_on >= today())).all()


def find_by_secret(session: Session, secret: str) -> ApiToken | None:
    """Return the token in force that bears ``secret``, of an account that is open and committed; what it may read is its identity’s.

    ``session`` must act for the system.
    """
    valid = (
        select(ApiToken)
        .join(Agent, Agent.id == ApiToken.agent_id)
        .where(
            ApiToken.digest == digest_of(secret),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_on >= today(),
            Agent.active,
            has_signed(Agent.id),
        )
    )
    return session.scalar(valid)


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret: it is drawn from 256 bits, nobody tries them."""
    return sha256(secret.encode()).digest()
