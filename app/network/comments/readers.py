"""Who would read a text about a firm, before it is written: how many agents of which administrations, and who on the case would not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    SQLColumnExpression,
    and_,
    any_,
    exists,
    func,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Administration, Agent
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.now import today
from app.habilitations.models import Habilitation, Membership, Network, Zone
from app.habilitations.queries import is_dormant, list_audiences, open_cases


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What is written about a firm: of the firm, or of one of its establishments."""

    siren: str
    departments: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Audience:
    """A network to which an agent may write about a firm."""

    network: Network
    #: of the firm, or of the establishment that the text is about
    departments: Sequence[str]
    #: how many agents would read the text, its author included
    counts: Mapping[Administration, int]
    #: the names of those who accompany the firm and would not
    left_out: Sequence[str]


def audiences_of(
    session: Session, identity: Identity, siren: str, departments: Sequence[str]
) -> list[Audience]:
    """Return the networks that the agent may write to about the firm, and who would read: as `identity_from` and policies decide."""
    networks = list_audiences(session, identity)
    texts = Texts(siren=siren, departments=departments)
    with reading_as_system(session, reason="Lecteurs d’un texte") as connection:
        counted = connection.execute(_counts(identity, texts)).all()
        on_case = connection.execute(_on_case(siren)).all()
    return [
        Audience(
            network=network,
            departments=departments,
            counts={row[1]: row[2] for row in counted if row[0] == network.id},
            left_out=_left_out(on_case, network),
        )
        for network in networks
    ]


def reads(texts: Texts, network_id: int | SQLColumnExpression[int]) -> ColumnElement[bool]:
    """SQL condition: the `Agent` of a row reads the texts about a firm that a network reads; asked with the system's rights."""
    own = aliased(Membership)
    is_member = exists().where(own.agent_id == Agent.id, own.network_id == network_id)
    return and_(Agent.active, ~is_dormant(), is_member, Agent.id.in_(_reaching(texts)))


def reaches(texts: Texts) -> ColumnElement[bool]:
    """SQL condition: the `Agent` of a row, of some network, reads what the zone knows of a firm; asked with the system's rights."""
    writes = exists().where(Membership.agent_id == Agent.id)
    return and_(Agent.active, ~is_dormant(), writes, Agent.id.in_(_reaching(texts)))


def _reaching(texts: Texts) -> CompoundSelect[int]:
    """Select who has rights where the firm works, and who has any and accompanies it: two sets, where a condition on each agent of a
    country would take a second.
    """
    held = select(Habilitation.agent_id).where(Habilitation.in_force(today()))
    # As one array: a plan that looks at the zones again for each habilitation of a country takes a quarter of a second.
    zones = select(Zone.code).where(Zone.departments.overlap(list(texts.departments)))
    there = held.where(Habilitation.zone_code == any_(func.array(zones.scalar_subquery())))
    accompany = select(Agent.id).where(accompanies(texts.siren), Agent.id.in_(held))
    return union(there.correlate(None), accompany.correlate(None))


def _counts(identity: Identity, texts: Texts) -> Select[int, Administration, int]:
    agents = func.count(Agent.id.distinct()).label("agents")
    return (
        select(Membership.network_id, Agent.administration, agents)
        .join(Agent, Agent.id == Membership.agent_id)
        .where(Membership.network_id.in_(identity.network_ids), reads(texts, Membership.network_id))
        .group_by(Membership.network_id, Agent.administration)
    )


def _on_case(siren: str) -> Select[int, str, int]:
    """Select who accompanies the firm, once for each of their networks."""
    return (
        select(Agent.id, Agent.full_name.label("name"), Membership.network_id)
        .outerjoin(Membership, Membership.agent_id == Agent.id)
        .where(Agent.active, accompanies(siren))
        .order_by(Agent.last_name, Agent.first_name, Agent.id)
    )


def accompanies(siren: str) -> ColumnElement[bool]:
    """SQL condition: the `Agent` of a row takes part in an open accompagnement of a firm."""
    cases = open_cases.only()
    of_firm = cases.where(cases.selected_columns.siren == siren)
    return of_firm.order_by(None).correlate(Agent).exists()


def _left_out(on_case: Iterable[Row[int, str, int]], network: Network) -> list[str]:
    members = {row.id for row in on_case if row.network_id == network.id}
    return list({row.id: row.name for row in on_case if row.id not in members}.values())
