"""Requests, rights and reviews, made through the services as correspondants do."""

from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from app.accounts.models import Administration, Agent
from app.core.access.identity import Identity, Nature, Role
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import JournalEntry
from app.core.now import today
from app.habilitations import reach
from app.habilitations.entries import services as entries
from app.habilitations.models import Habilitation, HabilitationRequest, Network, ReviewItem
from app.habilitations.requests import services
from app.habilitations.requests.services import RequestedRights
from app.habilitations.reviews import services as reviews
from app.habilitations.roles import services as roles
from tests.factories.network import system, working_as
from tests.factories.people import Grants, World

Row = TypeVar("Row")

#: a request as its form sends it
ASKED = {
    "zone": "25",
    "natures": ["score", "urssaf"],
    "function": "Chargée de mission",
    "ends_on": (today() + timedelta(days=90)).isoformat(),
    "networks": ["codefi"],
    "reason": "Renfort dans le Doubs",
}


def requested(**said: Any) -> RequestedRights:
    """A request for the score in Doubs, unless said otherwise."""
    usual = {
        "zone": "25",
        "natures": (Nature.SCORE,),
        "function": "test",
        "reason": "Besoin de test",
    }
    return RequestedRights(**{**usual, **said})


def ask(requester: int, agent: int, **said: Any) -> int:
    """A correspondant asks; the number of the request."""
    with working_as(requester) as (session, who):
        return services.ask(
            session, who, reach.get_agent(session, who, agent), requested(**said)
        ).id


def ask_entry(requester: int, agent: int, code: str) -> int:
    """A correspondant asks that an agent enter a network of another administration; the number of the request."""
    with working_as(requester) as (session, who):
        network = session.scalars(select(Network).where(Network.code == code)).one()
        agent_row = reach.get_agent(session, who, agent)
        return entries.ask(session, who, agent_row, network, reason="Cellule commune de crise").id


def ask_role(requester: int, agent: int, role: Role = Role.CORRESPONDANT) -> int:
    """An administrateur asks that an agent hold one more role; the number of the request."""
    with working_as(requester) as (session, who):
        agent_row = reach.get_agent(session, who, agent)
        wanted = {*reach.list_roles(session, agent_row), role}
        (request,) = roles.set_roles(session, who, agent_row, wanted, reason="Prend la suite")
        return request.id


def validate(decider: int, request_id: int) -> int:
    """Somebody validates; the number of the habilitation."""
    with working_as(decider) as (session, who):
        asked = reach.get_request(session, who, request_id)
        return services.validate(session, who, asked).id


def renew(requester: int, habilitation_id: int, **said: Any) -> int:
    """A correspondant asks for what takes the place of a habilitation."""
    with working_as(requester) as (session, who):
        right = reach.get_habilitation(session, who, habilitation_id)
        return services.ask(session, who, right.agent, requested(renews=right, **said)).id


def open_review(administrator: int, due_on: date | None = None) -> int:
    """Put everything under review, for thirty days unless said otherwise."""
    with working_as(administrator) as (session, who):
        due_on = due_on or today() + timedelta(days=30)
        return reviews.open_campaign(session, who, due_on=due_on).id


def item_of(agent_id: int) -> int:
    """The line of the last review about an agent."""
    with system() as session:
        statement = select(ReviewItem.id).where(ReviewItem.agent_id == agent_id)
        return session.scalars(statement.order_by(ReviewItem.id.desc()).limit(1)).one()


def right_of(agent_id: int) -> int:
    """The last habilitation of an agent."""
    with system() as session:
        statement = select(Habilitation.id).where(Habilitation.agent_id == agent_id)
        return session.scalars(statement.order_by(Habilitation.id.desc()).limit(1)).one()


def get_right(habilitation_id: int) -> Habilitation:
    """A habilitation, as it is written."""
    return _written(Habilitation, habilitation_id)


def get_request(request_id: int) -> HabilitationRequest:
    """A request, as it is written."""
    return _written(HabilitationRequest, request_id)


def get_agent(agent_id: int) -> Agent:
    """An account, as it is written."""
    return _written(Agent, agent_id)


def events() -> list[str]:
    """Everything the journal recorded, in order."""
    controller = Identity(agent_id=None, name="Contrôle", roles=frozenset({Role.CONTROLEUR}))
    with unit_of_work(controller) as session:
        return list(session.scalars(select(JournalEntry.event).order_by(JournalEntry.id)))


def second_correspondent(world: World) -> int:
    """Another correspondant of the Direccte."""
    with system() as session:
        grants = Grants(session, session.get_one(Agent, world.admin))
        return grants.agent("suppleance", Administration.DIRECCTE, [Role.CORRESPONDANT])


def _written(kind: type[Row], number: int) -> Row:
    with system() as session:
        found = session.get_one(kind, number)
        session.expunge(found)
    return found
