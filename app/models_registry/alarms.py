"""Notify the data scientists once, by e-mail and by the bell."""

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import AccountRole, Agent, agent_role
from app.core.access.identity import Role
from app.messages.bell import announce
from app.messages.outbox import post


def notify_scientists(session: Session, *, key: str, subject: str, told: str, path: str) -> None:
    """Notify each active data scientist, once for each ``key``. ``session`` must act for the system."""
    scientists = (
        select(Agent.id)
        .join(agent_role, agent_role.c.agent_id == Agent.id)
        .join(AccountRole, AccountRole.id == agent_role.c.role_id)
        .where(Agent.active, AccountRole.name == Role.DATA_SCIENTIST.value)
        .order_by(Agent.id)
    )
    message = _message(subject=subject, told=told, path=path)
    for agent_id in session.scalars(scientists).all():
        announce(session, agent_id=agent_id, key=key, subject=subject, path=path)
        post(session, agent_id=agent_id, key=f"{key}:{agent_id}", message=message)


def _message(*, subject: str, told: str, path: str) -> dict[str, str]:
    config, templates = current_app.config["VIGIE"], current_app.jinja_env
    context = {"subject": subject, "told": told, "url": f"{config.public_url}{path}"}
    return {
        "subject": subject,
        "body_text": templates.get_template("mail/scientists.txt").render(context),
        "body_html": templates.get_template("mail/scientists.html").render(context),
    }
