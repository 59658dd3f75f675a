"""How échéances read: in the threads, and in lists."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.assignments.queries import list_colleagues
from app.cases.models import Case
from app.core.access.identity import Identity
from app.core.front.addresses import path_to
from app.core.text.french import date_fr
from app.core.work.events import EventKind
from app.deadlines.models import DeadlineState
from app.deadlines.services import SUBJECT
from app.habilitations.absences.presenters import named
from app.network.models import FeedEvent
from app.network.presenters import SubjectPage, Wording, subject_pages, wordings


def register() -> None:
    """Register the wording of the events of this domain: what is to be done is never said."""
    wordings.fill(
        Wording(EventKind.DEADLINE_ASSIGNED, lambda event: f"Échéance confiée{_day(event)}")
    )
    wordings.fill(
        Wording(EventKind.DEADLINE_DUE, lambda event: f"Rappel d’une échéance{_day(event)}")
    )
    wordings.fill(Wording(EventKind.DEADLINE_SETTLED, _settled))
    subject_pages.fill(
        SubjectPage(
            SUBJECT, lambda event: path_to("deadlines.detail", deadline_id=event.subject_id)
        )
    )


def assignees(session: Session, identity: Identity, case: Case | None) -> list[tuple[str, str]]:
    """Return whom an échéance may be given to, the agent first: those of the accompagnement, then the colleagues of their network."""
    members = [member.agent for member in case.active_members] if case else []
    people = _each_once([*members, *list_colleagues(session, identity)])
    people.sort(key=lambda agent: agent.id != identity.agent_id)
    return named(session, [(agent, _named(agent, identity)) for agent in people])


def _each_once(people: Iterable[Agent]) -> list[Agent]:
    return list({agent.id: agent for agent in people}.values())


def _named(agent: Agent, identity: Identity) -> str:
    mine = " (moi)" if agent.id == identity.agent_id else ""
    return f"{agent.full_name}, {agent.administration.label}{mine}"


def _settled(event: FeedEvent) -> str:
    return f"Échéance {DeadlineState(event.details['state']).label.lower()}"


def _day(event: FeedEvent) -> str:
    return f" pour le {date_fr(date.fromisoformat(event.details['due_on']))}"
