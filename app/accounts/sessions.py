"""Opening and closing the sessions of agents."""

import secrets

from flask_security.utils import login_user
from sqlalchemy.orm import Session

from app.accounts.models import Agent


def begin(agent: Agent) -> None:
    """Open a session of the browser that asks for ``agent``."""
    login_user(agent, remember=False)


def close_all(session: Session, agent_id: int) -> None:
    """Close every session of an agent, at their next request: their rights have changed."""
    session.get_one(Agent, agent_id).fs_uniquifier = secrets.token_urlsafe(32)
