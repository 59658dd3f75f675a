"""Granting and withdrawing rights, joining and leaving networks: whatever changes an agent's rights ends their sessions."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.sessions import lifecycle
from app.core import journal
from app.core.access.identity import Identity, Nature
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.slots import Slot
from app.core.text.bounds import require_text
from app.habilitations.models import Habilitation, Membership, Network, Zone

#: always within the six months that the table allows, whatever the length of the months
LONGEST = timedelta(days=180)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What a habilitation gives: these natures in this zone, for this function, from today to ``ends_on`` (exclusive)."""

    zone: str
    natures: tuple[Nature, ...]
    function: str
    ends_on: date | None = None


#: those who hear that the rights of an agent have changed
losses: Slot[Callable[[Session, Identity, int], None]] = Slot("who hears of rights")


def grant(
    session: Session, identity: Identity, agent: Agent, rights: Rights, *, validator: Agent
) -> Habilitation:
    """Grant ``rights`` to ``agent`` from a command, for the first accounts of an instance; ``validator`` is somebody else.

    Without an end, they last as long as possible. The agent is recorded as the requester.
    """
    day = today()
    ends_on = require_end(rights.ends_on, day)
    if validator.id == agent.id:
        raise DomainError("Une habilitation est validée par une autre personne que son titulaire.")
    require_zone(session, rights.zone)
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
    return give(session, identity, habilitation)


def give(session: Session, identity: Identity, habilitation: Habilitation) -> Habilitation:
    """Write a habilitation that two people agreed on; the agent must sign in again to use it."""
    session.add(habilitation)
    session.flush()
    journal.record(
        session, identity, journal.Event.HABILITATION_GRANTED, agent=habilitation.agent_id,
        habilitation=habilitation.id, zone=habilitation.zone_code, natures=habilitation.natures,
        ends_on=habilitation.ends_on, requested_by=habilitation.requested_by,
        validated_by=habilitation.validated_by,
    )  # fmt: skip
    rights_changed(session, identity, habilitation.agent_id, why="habilitation donnée")
    return habilitation


def withdraw(
    session: Session, identity: Identity, habilitation: Habilitation, *, reason: str
) -> None:
    """End a habilitation now. Raise `DomainError` without a reason, or when it has already ended."""
    reason = require_text(
        reason, field="reason", absent="Dites pourquoi vous retirez cette habilitation."
    )
    _require_unfinished(habilitation)
    hold(session, habilitation)
    _require_unfinished(habilitation)
    habilitation.withdrawn_at = utcnow()
    habilitation.withdrawn_by = identity.agent_id
    habilitation.withdrawal_reason = reason
    session.flush()
    journal.record(
        session, identity, journal.Event.HABILITATION_WITHDRAWN, agent=habilitation.agent_id,
        habilitation=habilitation.id, zone=habilitation.zone_code,
    )  # fmt: skip
    rights_changed(session, identity, habilitation.agent_id, why="habilitation retirée")


def _require_unfinished(habilitation: Habilitation) -> None:
    if habilitation.withdrawn_at is not None or habilitation.ends_on <= today():
        raise DomainError("Cette habilitation est déjà finie.")


def join(
    session: Session, identity: Identity, agent: Agent, codes: Collection[str], *, consented: bool = False
) -> None:  # fmt: skip
    """Make ``agent`` a member of the networks with these codes, unless they already are.

    Raise `DomainError` for a network of another administration, unless it ``consented``: the database checks that it did.
    """
    networks = require_networks(session, codes)
    if not (consented or identity.is_system):
        _require_own(agent, networks.values())
    network_ids = {code: network.id for code, network in networks.items()}
    current = set(
        session.scalars(select(Membership.network_id).where(Membership.agent_id == agent.id))
    )
    joined = [code for code, network_id in network_ids.items() if network_id not in current]
    for code in joined:
        session.execute(
            insert(Membership)
            .values(agent_id=agent.id, network_id=network_ids[code])
            .on_conflict_do_nothing()
        )
    if joined:
        journal.record(
            session, identity, journal.Event.NETWORKS_JOINED, agent=agent.id, networks=joined
        )
        rights_changed(session, identity, agent.id, why="réseaux rejoints")


def leave(session: Session, identity: Identity, agent: Agent, network: Network) -> None:
    """Remove ``agent`` from a network; do nothing if they are not a member."""
    removed = session.execute(
        delete(Membership)
        .where(Membership.agent_id == agent.id, Membership.network_id == network.id)
        .returning(Membership.agent_id)
    ).all()
    if removed:
        journal.record(
            session, identity, journal.Event.NETWORKS_LEFT, agent=agent.id, networks=[network.code]
        )
        rights_changed(session, identity, agent.id, why="réseau quitté")


def rights_changed(session: Session, identity: Identity, agent_id: int, *, why: str) -> None:
    """End the sessions of an agent whose rights have changed, and tell those who gave something for these rights; ``why`` is journaled."""
    lifecycle.close_all(session, identity, agent_id, why=why)
    for hear in losses:
        hear(session, identity, agent_id)


def require_end(wanted: date | None, day: date) -> date:
    """The end of a right starting on ``day``: ``wanted``, or else the latest possible; raise `DomainError` if out of bounds."""
    ends_on = wanted or day + LONGEST
    if not day < ends_on <= day + LONGEST:
        raise DomainError(
            f"Une habilitation finit au plus tard le {day + LONGEST:%d/%m/%Y}, et après aujourd’hui.",
            field="ends_on",
        )
    return ends_on


def require_zone(session: Session, code: str) -> Zone:
    """The zone with this code; raise `DomainError` if there is none."""
    zone = session.get(Zone, code)
    if zone is None:
        raise DomainError(
            f"La zone « {code} » n’existe pas : 21 est un département, R27 une région, FR la France.",
            field="zone",
        )
    return zone


def _require_own(agent: Agent, networks: Iterable[Network]) -> None:
    foreign = [network.label for network in networks if network.is_foreign_to(agent)]
    if foreign:
        raise DomainError(
            f"L’entrée dans le réseau {', '.join(foreign)} est décidée par son administration.",
            field="networks",
        )


def require_networks(session: Session, codes: Collection[str]) -> dict[str, Network]:
    """The active networks with these codes, by code; raise `DomainError` if one is unknown or inactive."""
    networks: Sequence[Network] = session.scalars(
        select(Network).where(Network.is_active).order_by(Network.position)
    ).all()
    by_code = {network.code: network for network in networks}
    unknown = [code for code in codes if code not in by_code]
    if unknown:
        raise DomainError(
            f"Réseau inconnu : {', '.join(unknown)}. Les réseaux : {', '.join(by_code)}.",
            field="networks",
        )
    return {code: by_code[code] for code in codes}
