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


def _colleagues(session: Session, identity: Identity) -> Sequence[tuple[str, str]]:
    found = queries.list_colleagues(session, identity)
    return named(session, [(agent, agent.full_name) for agent in found])


def _chosen(session: Session, identity: Identity, choice: str) -> Agent:
    return services.find_colleague(session, identity, number_or_none(choice) or 0)


def _against(
    session: Session, identity: Identity, firms: Sequence[Company], choice: str
) -> Mapping[str, str]:
    colleague = _chosen(session, identity, choice)
    return services.reasons_against(session, identity, colleague, firms)


def _give(
    session: Session, identity: Identity, firms: Sequence[Company], choice: str
) -> Mapping[str, Any]:
    return services.give(session, identity, _chosen(session, identity, choice), firms)


def _take_back(session: Session, identity: Identity, taken: Mapping[str, Any]) -> Sequence[str]:
    return services.take_back(session, identity, taken)


ASSIGN = BulkKind(
    code="assign",
    label="Confier à un collègue",
    note="Là où vous êtes référent d’un accompagnement, votre collègue le devient aussi ; il est averti de chacune.",
    position=30,
    question="À qui ?",
    choices=_colleagues,
    leaves_out=_against,
    do=_give,
    undo=_take_back,
)
