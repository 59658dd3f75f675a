"""Giving many firms to a colleague at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.assignments import queries, services
from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.web.forms import number_or_none
from app.detections.bulk.kinds import BulkKind
from app.habilitations.absences.presenters import named


def colleagues(session: Session, identity: Identity) -> Sequence[tuple[str, str]]:
    """Return whom the agent may give something to, as choices, with who is away."""
    found = queries.list_colleagues(session, identity)
    return named(session, [(agent, agent.full_name) for agent in found])


def colleague_of(session: Session, identity: Identity, choice: str) -> Agent:
    """Return the colleague whom a choice names; raise `DomainError` when it names none."""
    return services.find_colleague(session, identity, number_or_none(choice) or 0)


def _against(
    session: Session, identity: Identity, firms: Sequence[Company], choice: str
) -> Mapping[str, str]:
    colleague = colleague_of(session, identity, choice)
    return services.reasons_against(session, identity, colleague, firms)


def _give(
    session: Session, identity: Identity, firms: Sequence[Company], choice: str
) -> Mapping[str, Any]:
    return services.give(session, identity, colleague_of(session, identity, choice), firms)


def _take_back(session: Session, identity: Identity, taken: Mapping[str, Any]) -> Sequence[str]:
    return services.take_back(session, identity, taken)


ASSIGN = BulkKind(
    code="assign",
    label="Confier à un collègue",
    note="Là où vous êtes référent d’un accompagnement, votre collègue le devient aussi ; il est averti de chacune.",
    position=30,
    question="À qui ?",
    choices=colleagues,
    leaves_out=_against,
    do=_give,
    undo=_take_back,
)
