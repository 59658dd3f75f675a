"""Notify the data scientists once, by e-mail and by the bell."""

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.queries import holders_of
from app.core.access.identity import Role
from app.messages.bell import announce
from app.messages.letters import Letter, Link, Part
from app.messages.models import Reason
from app.messages.outbox import post


def notify_scientists(session: Session, *, key: str, subject: str, told: str, path: str) -> None:
    """Notify each active data scientist, once for each ``key``. ``session`` must act for the system."""
    scientists = select(Agent.id).where(Agent.active, Agent.id.in_(holders_of(Role.DATA_SCIENTIST)))
    letter = Letter(
        subject=subject,
        parts=[Part(text=f"{subject}."), Part(text=told)],
        action=Link(
            label="Regarder dans Vigie", url=f"{current_app.config['VIGIE'].public_url}{path}"
        ),
    )
    for agent_id in session.scalars(scientists.order_by(Agent.id)).all():
        announce(
            session, agent_id=agent_id, key=key, subject=subject, path=path, reason=Reason.MODELS
        )
        post(session, agent_id=agent_id, key=f"{key}:{agent_id}", letter=letter)
