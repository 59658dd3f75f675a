"""Networks: created and ordered by administrateurs, joined and left through correspondants."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Administration, Agent
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError, NotFoundError
from app.core.text.bounds import require_text
from app.habilitations.models import Membership, Network
from app.habilitations.reach import agents_within_reach, managed_administration, within_reach
from app.habilitations.rights.services import rights_changed

LONGEST_LABEL = 60


def list_networks(session: Session, identity: Identity) -> Sequence[Row[Network, int]]:
    """Every network, in order, and how many of its members are within reach."""
    members = (
        select(Membership.network_id, func.count().label("members"))
        .where(Membership.agent_id.in_(agents_within_reach(identity)))
        .group_by(Membership.network_id)
        .subquery()
    )
    return session.execute(
        select(Network, func.coalesce(members.c.members, 0))
        .outerjoin(members, members.c.network_id == Network.id)
        .order_by(Network.position, Network.id)
    ).all()


def list_active_networks(session: Session) -> Sequence[Network]:
    """The networks that may be joined, in order."""
    statement = select(Network).where(Network.is_active)
    return session.scalars(statement.order_by(Network.position, Network.id)).all()


def list_members(session: Session, identity: Identity, network: Network) -> Sequence[Agent]:
    """The members that the acting agent may remove, by name: within reach, or all of those of a network of their administration."""
    theirs = select(Membership.agent_id).where(Membership.network_id == network.id)
    return session.scalars(_removable(session, identity, network).where(Agent.id.in_(theirs))).all()


def get_removable(session: Session, identity: Identity, agent_id: int) -> Agent:
    """Somebody whom the acting agent may remove from some network: within reach, or a member of one of their administration's.

    Raise `NotFoundError` otherwise.
    """
    own = managed_administration(session, identity)
    owned = select(Network.id).where(Network.administration == own)
    members = select(Membership.agent_id).where(Membership.network_id.in_(owned))
    reachable = or_(within_reach(identity), Agent.id.in_(members))
    agent = session.scalar(select(Agent).where(Agent.id == agent_id, reachable))
    if agent is None:
        raise NotFoundError
    return agent


def require_removable(session: Session, identity: Identity, agent: Agent, network: Network) -> None:
    """Raise `NotFoundError` unless the acting agent may remove ``agent`` from this network."""
    removable = _removable(session, identity, network).where(Agent.id == agent.id)
    if session.scalar(removable) is None:
        raise NotFoundError


def list_joinable(session: Session, identity: Identity, network: Network) -> Sequence[Agent]:
    """The active agents within reach who are not members, except the requester."""
    theirs = select(Membership.agent_id).where(Membership.network_id == network.id)
    others = (Agent.active, Agent.id.not_in(theirs), Agent.id != identity.agent_id)
    return session.scalars(_agents(identity).where(*others)).all()


def create(
    session: Session, identity: Identity, label: str, administration: Administration | None = None
) -> Network:
    """Create a network, last in order and without members; without an ``administration``, it is everybody's."""
    label = _label(label)
    last = session.scalar(select(func.max(Network.position))) or 0
    network = Network(
        code=_code(label), label=label, position=last + 1, administration=administration
    )
    try:
        with session.begin_nested():
            session.add(network)
    except IntegrityError as error:
        if "uq_network_code" not in str(error.orig):
            raise
        raise DomainError("Un réseau porte déjà ce nom.", field="label") from None
    _record(
        session, identity, network, change="created", label=label, administration=administration
    )
    return network


def change(
    session: Session, identity: Identity, network: Network, *, label: str, active: bool
) -> None:
    """Rename a network, deactivate it or reactivate it. CODEFI, which every département needs, stays active."""
    label = _label(label)
    if network.is_codefi and not active:
        raise DomainError("CODEFI ne peut pas être désactivé.", field="is_active")
    before = {"label": network.label, "is_active": network.is_active}
    after = {"label": label, "is_active": active}
    changed = journal.changes(before, after)
    if not changed:
        return
    network.label, network.is_active = label, active
    session.flush()
    _record(session, identity, network, change="changed", fields=changed)
    if "is_active" in changed:
        members = select(Membership.agent_id).where(Membership.network_id == network.id)
        for agent_id in session.scalars(members).all():
            rights_changed(session, identity, agent_id, why="réseau activé ou désactivé")


def move(session: Session, identity: Identity, network: Network, *, up: bool) -> None:
    """Swap a network with the one before (``up``) or after it; at either end, do nothing."""
    order = list(session.scalars(select(Network).order_by(Network.position, Network.id)))
    place = order.index(network)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for position, row in enumerate(order):
        row.position = position
    session.flush()
    _record(session, identity, network, change="moved", position=network.position)


def _removable(session: Session, identity: Identity, network: Network) -> Select[Agent]:
    order = (Agent.last_name, Agent.first_name, Agent.id)
    own = managed_administration(session, identity)
    return (
        select(Agent).order_by(*order)
        if own is not None and own == network.administration
        else _agents(identity)
    )


def _agents(identity: Identity) -> Select[Agent]:
    order = (Agent.last_name, Agent.first_name, Agent.id)
    return select(Agent).where(within_reach(identity)).order_by(*order)


def _label(text: str) -> str:
    label = require_text(text, field="label", absent="Donnez un nom au réseau.")
    if len(label) > LONGEST_LABEL:
        raise DomainError(
            f"Raccourcissez ce nom : {LONGEST_LABEL} caractères au plus.", field="label"
        )
    return label


def _code(label: str) -> str:
    """A code that files can use: no accent, no space."""
    letters = unicodedata.normalize("NFKD", label).lower()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    code = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not code:
        raise DomainError("Ce nom doit contenir des lettres ou des chiffres.", field="label")
    return code


def _record(session: Session, identity: Identity, network: Network, **details: Any) -> None:
    journal.record(
        session, identity, journal.Event.NETWORK_CHANGED, network=network.id, code=network.code,
        **details,
    )  # fmt: skip
