"""Opening and closing the sessions of agents."""

import secrets

from flask import session as browser
from flask_security.utils import login_user, logout_user
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.identity import Identity
from app.core.scope import current_identity
from app.core.unit_of_work import apart


def begin(agent: Agent, *, method: str, id_token: str | None = None) -> None:
    """Open a session of the asking browser for ``agent``, in place of the one it had; journaled, committed at once.

    ``id_token`` is the identity provider's, kept to sign out there: ``flask.session["id_token"]``.
    """
    identity = Identity(agent_id=agent.id, name=agent.full_name)
    with apart(identity) as transaction:
        journal.record(transaction, identity, journal.Event.ACCOUNT_SIGNED_IN, method=method)
    browser.clear()
    login_user(agent, remember=False)
    if id_token is not None:
        browser["id_token"] = id_token


def close_current() -> None:
    """Close the session of the asking browser, journaled."""
    identity = current_identity()
    if identity is not None:
        with apart(identity) as transaction:
            journal.record(transaction, identity, journal.Event.ACCOUNT_SIGNED_OUT)
    logout_user()
    browser.clear()


def close_all(session: Session, agent_id: int) -> None:
    """Close every session of an agent, at their next request: their rights have changed."""
    session.get_one(Agent, agent_id).fs_uniquifier = secrets.token_urlsafe(32)
