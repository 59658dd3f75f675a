"""What a correspondant or an administrateur can reach: the agents of their administration, or all; nothing else exists for them."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import AccountRole, Administration, Agent, agent_role
from app.accounts.queries import holders_of
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Role
from app.core.errors import NotFoundError
from app.habilitations.models import (
    Habilitation,
    HabilitationRequest,
    Membership,
    Network,
    ReviewCampaign,
    ReviewItem,
)

Row = TypeVar("Row")


def within_reach(identity: Identity) -> ColumnElement[bool]:
    """Whether ``identity`` manages or reads the rights of an `Agent`: all of them, or those of the same administration."""
    if identity.is_system or identity.has_role(Role.ADMINISTRATEUR):
        return true()
    own = select(Agent.administration).where(Agent.id == identity.agent_id).scalar_subquery()
    return Agent.administration == own


def agents_within_reach(identity: Identity) -> Select[int]:
    """The numbers of the agents within reach."""
    return select(Agent.id).where(within_reach(identity))


def managed_administration(session: Session, identity: Identity) -> Administration | None:
    """The only administration whose agents ``identity`` manages; ``None`` for all."""
    if identity.is_system or identity.has_role(Role.ADMINISTRATEUR):
        return None
    return session.scalar(select(Agent.administration).where(Agent.id == identity.agent_id))


def get_agent(session: Session, identity: Identity, agent_id: int) -> Agent:
    """An agent, active or not; raise `NotFoundError` out of reach."""
    return _one(session, select(Agent).where(Agent.id == agent_id, within_reach(identity)))


def get_habilitation(session: Session, identity: Identity, habilitation_id: int) -> Habilitation:
    """A habilitation and everybody it names; raise `NotFoundError` out of reach."""
    statement = habilitations(identity).where(Habilitation.id == habilitation_id)
    return _one(session, statement)


def get_request(session: Session, identity: Identity, request_id: int) -> HabilitationRequest:
    """A request and everybody it names; raise `NotFoundError` out of reach."""
    return _one(session, requests(identity).where(HabilitationRequest.id == request_id))


def get_network(session: Session, _identity: Identity, network_id: int) -> Network:
    """A network; raise `NotFoundError` if there is none."""
    return _one(session, select(Network).where(Network.id == network_id))


def get_campaign(session: Session, _identity: Identity, campaign_id: int) -> ReviewCampaign:
    """A review campaign; raise `NotFoundError` if there is none."""
    return _one(session, select(ReviewCampaign).where(ReviewCampaign.id == campaign_id))


def get_review_item(session: Session, identity: Identity, item_id: int) -> ReviewItem:
    """A line of a campaign; raise `NotFoundError` out of reach."""
    return _one(session, review_items(identity).where(ReviewItem.id == item_id))


def habilitations(identity: Identity) -> Select[Habilitation]:
    """The habilitations of the agents within reach, with their zone and people."""
    people = (Habilitation.agent, Habilitation.requester, Habilitation.validator)
    return (
        select(Habilitation)
        .where(Habilitation.agent_id.in_(agents_within_reach(identity)))
        .options(*map(joinedload, (*people, Habilitation.withdrawer, Habilitation.zone)))
    )


def requests(identity: Identity) -> Select[HabilitationRequest]:
    """The requests about the agents within reach, with their zone and people."""
    people = (HabilitationRequest.agent, HabilitationRequest.requester, HabilitationRequest.decider)
    return (
        select(HabilitationRequest)
        .where(HabilitationRequest.agent_id.in_(agents_within_reach(identity)))
        .options(*map(joinedload, (*people, HabilitationRequest.zone)))
    )


def review_items(identity: Identity) -> Select[ReviewItem]:
    """The lines about the agents within reach, with their habilitation and people."""
    return (
        select(ReviewItem)
        .where(ReviewItem.agent_id.in_(agents_within_reach(identity)))
        .options(
            joinedload(ReviewItem.agent),
            joinedload(ReviewItem.decider),
            joinedload(ReviewItem.campaign),
            joinedload(ReviewItem.habilitation).joinedload(Habilitation.zone),
        )
    )


def list_roles(session: Session, agent: Agent) -> list[Role]:
    """The roles of an account, in the order of `Role`."""
    statement = select(AccountRole.name).join(agent_role).where(agent_role.c.agent_id == agent.id)
    held = set(session.scalars(statement))
    return [role for role in Role if role.value in held]


def list_networks_of(session: Session, agent: Agent) -> Sequence[Network]:
    """The networks an agent belongs to."""
    theirs = select(Membership.network_id).where(Membership.agent_id == agent.id)
    return session.scalars(
        select(Network).where(Network.id.in_(theirs)).order_by(Network.position, Network.id)
    ).all()


def list_contacts(session: Session, administration: Administration) -> Sequence[Agent]:
    """Whom to ask for rights in an administration: its correspondants, or else the administrateurs. Anybody may see them."""
    with reading_as_system(session, reason="Correspondants d’une administration"):
        colleagues = Agent.administration == administration
        return _holders(session, Role.CORRESPONDANT, colleagues) or _holders(
            session, Role.ADMINISTRATEUR
        )


def about(text: str, administration: Administration | None) -> list[ColumnElement[bool]]:
    """Conditions on `Agent`: ``text`` in the name or the e-mail address, and one administration."""
    conditions: list[ColumnElement[bool]] = []
    if text:
        name = Agent.first_name + " " + Agent.last_name
        conditions.append(
            or_(name.icontains(text, autoescape=True), Agent.email.icontains(text, autoescape=True))
        )
    if administration is not None:
        conditions.append(Agent.administration == administration)
    return conditions


def _holders(session: Session, role: Role, *conditions: ColumnElement[bool]) -> list[Agent]:
    """The agents who hold ``role`` and whose account is neither closed nor dormant."""
    statement = select(Agent).where(Agent.active, Agent.id.in_(holders_of(role)), *conditions)
    agents = session.scalars(statement.order_by(Agent.last_name, Agent.first_name, Agent.id))
    return [agent for agent in agents if not agent.is_dormant]


def _one(session: Session, statement: Select[Row]) -> Row:
    row = session.scalar(statement)
    if row is None:
        raise NotFoundError
    return row
