"""How an absence is said beside a name."""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.text.french import date_fr
from app.habilitations.absences.models import Absence
from app.habilitations.absences.queries import find_absences


def said(absence: Absence) -> str:
    """``absence jusqu’au 12 mars 2027, voir Paul Roy``."""
    until = f"absence jusqu’au {date_fr(absence.ends_on)}"
    return f"{until}, voir {absence.delegate.full_name}" if absence.delegate else until


def said_of(session: Session, agent_ids: Collection[int]) -> dict[int, str]:
    """What is said of those of some agents who are away today, by number."""
    return {number: said(each) for number, each in find_absences(session, agent_ids).items()}


def named(session: Session, agents: Iterable[tuple[Agent, str]]) -> list[tuple[str, str]]:
    """Choices of people: the number of each and the name given, followed by their absence."""
    people = list(agents)
    away = said_of(session, [agent.id for agent, _ in people])
    return [
        (str(agent.id), f"{name} – {away[agent.id]}" if agent.id in away else name)
        for agent, name in people
    ]
