"""Somebody who helps agents by seeing what they see."""

from sqlalchemy import select

from app.accounts.models import Administration, Agent
from app.core.access.identity import Role
from tests.factories.network import system
from tests.factories.people import Grants


def make_helper() -> int:
    """An administrateur who is also habilitated: they may look as agents of their region; their number."""
    with system() as session:
        validator = session.scalars(select(Agent).where(Agent.first_name == "Validation")).one()
        return Grants(session, validator).agent(
            "aide", Administration.DIRECCTE, [Role.AGENT, Role.ADMINISTRATEUR], zone="R27", networks=["codefi", "crp"]
        )  # fmt: skip
