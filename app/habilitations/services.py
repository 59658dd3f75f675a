"""Giving rights: habilitations, asked by one person and validated by another, and the networks an agent belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.errors import DomainError
from app.core.identity import Identity, Nature
from app.core.now import today
from app.habilitations.models import Habilitation, Membership, Network, Zone

#: within the six months that the table allows, whatever the months
LONGEST = timedelta(days=180)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What a habilitation gives: these natures in this zone, for this function, from today to ``ends_on`` (excluded)."""

    zone: str
    natures: tuple[Nature, ...]
    function: str
    ends_on: date | None = None


def grant(
    session: Session, identity: Identity, agent: Agent, rights: Rights, *, validator: Agent
) -> Habilitation:
    """Give ``rights`` to ``agent``, who asked for them; ``validator`` is somebody else. Without an end, for the longest time."""
    day = today()
    ends_on = rights.ends_on or day + LONGEST
    if validator.id == agent.id:
        raise DomainError("Une habilitation est validée par une autre personne que son titulaire.")
    if not day < ends_on <= day + LONGEST:
        raise DomainError(
            f"Une habilitation finit au plus tard le {day + LONGEST:%d/%m/%Y}.", field="ends_on"
        )
    if session.get(Zone, rights.zone) is None:
        raise DomainError(
            f"La zone « {rights.zone} » n’existe pas : 21 est un département, R27 une région, FR la France.",
            field="zone",
        )
    habilitation = Habilitation(
        agent_id=agent.id,
        zone_code=rights.zone,
        natures=[nature.value for nature in rights.natures],
        function=rights.function,
        starts_on=day,
        ends_on=ends_on,
        requested_by=agent.id,
        validated_by=validator.id,
    )
    session.add(habilitation)
    session.flush()
    journal.record(
        session, identity, journal.Event.HABILITATION_GRANTED, agent=agent.id, zone=rights.zone,
        natures=rights.natures, ends_on=ends_on, validated_by=validator.id,
    )  # fmt: skip
    return habilitation


def join(session: Session, identity: Identity, agent: Agent, codes: Sequence[str]) -> None:
    """Make ``agent`` a member of the networks with these codes; they may already be."""
    known = {
        network.code: network.id
        for network in session.scalars(select(Network).order_by(Network.position))
    }
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise DomainError(
            f"Réseau inconnu : {', '.join(unknown)}. Les réseaux : {', '.join(known)}.",
            field="networks",
        )
    for code in codes:
        session.execute(
            insert(Membership)
            .values(agent_id=agent.id, network_id=known[code])
            .on_conflict_do_nothing()
        )
    journal.record(session, identity, journal.Event.NETWORKS_JOINED, agent=agent.id, networks=codes)
