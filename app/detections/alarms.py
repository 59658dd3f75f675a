"""E-mails to the data scientists: a drift holds a list back."""

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.mailing import post
from app.accounts.models import AccountRole, Agent, agent_role
from app.core.formats import date_fr
from app.core.identity import Role
from app.detections.models import DetectionRun

SUBJECT = "La liste du mois attend : une dérive est au rouge"


def tell_of_drift(session: Session, run: DetectionRun) -> None:
    """Write to each active data scientist, once a run. ``session`` must act for the system."""
    scientists = (
        select(Agent.id)
        .join(agent_role, agent_role.c.agent_id == Agent.id)
        .join(AccountRole, AccountRole.id == agent_role.c.role_id)
        .where(Agent.active, AccountRole.name == Role.DATA_SCIENTIST.value)
        .order_by(Agent.id)
    )
    message = _message(run)
    for agent_id in session.scalars(scientists).all():
        post(session, agent_id=agent_id, key=f"drift:{run.id}:{agent_id}", message=message)


def _message(run: DetectionRun) -> dict[str, str]:
    config, templates = current_app.config["VIGIE"], current_app.jinja_env
    context = {
        "subject": SUBJECT,
        "as_of": date_fr(run.as_of),
        "url": f"{config.public_url}/modele/detection/{run.id}/derive",
    }
    return {
        "subject": SUBJECT,
        "body_text": templates.get_template("mail/drift.txt").render(context),
        "body_html": templates.get_template("mail/drift.html").render(context),
    }
