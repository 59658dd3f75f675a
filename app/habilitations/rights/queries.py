"""The register: habilitations within reach, filtered, counted, page by page or in full for a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Administration, Agent
from app.core.access.identity import Identity
from app.core.database.keyset import Page, page_of
from app.core.now import today
from app.core.text.labelled import LabelledEnum
from app.habilitations import reach
from app.habilitations.models import (
    Habilitation,
    HabilitationRequest,
    RequestState,
    Zone,
)
from app.habilitations.queries import is_dormant

SOON = 30
#: the first to end first
IN_ORDER = (Habilitation.ends_on, Habilitation.id)


class RightState(LabelledEnum):
    """The state of a habilitation; that of a dormant or closed account is suspended, even if still within its dates."""

    IN_FORCE = "en_vigueur", "En vigueur"
    SUSPENDED = "suspendue", "Suspendue"
    ENDED = "finie", "Finie"
    WITHDRAWN = "retiree", "Retirée"


@dataclass(frozen=True, kw_only=True)
class RegisterFilter:
    """Which habilitations the list shows; ``None`` filters nothing. ``ends_within`` is in days."""

    text: str = ""
    administration: Administration | None = None
    zone: str | None = None
    state: RightState | None = None
    ends_within: int | None = None


def state_of(right: Habilitation) -> RightState:
    """The state today of a habilitation, which must be loaded with its agent."""
    if right.withdrawn_at is not None:
        return RightState.WITHDRAWN
    if right.ends_on <= today():
        return RightState.ENDED
    return RightState.SUSPENDED if _gives_nothing(right.agent) else RightState.IN_FORCE


def page_of_habilitations(
    session: Session, identity: Identity, wanted: RegisterFilter, cursor: str | None
) -> Page[Habilitation]:
    """A page of the habilitations selected by ``wanted``, soonest to end first."""
    statement = select_habilitations(identity, wanted)
    return page_of(session, statement, key=IN_ORDER, cursor=cursor).scalars()


def select_habilitations(identity: Identity, wanted: RegisterFilter) -> Select[Habilitation]:
    """All the habilitations selected by ``wanted``, soonest to end first."""
    statement = reach.habilitations(identity).join(Habilitation.agent)
    statement = statement.where(*reach.about(wanted.text, wanted.administration))
    if wanted.zone is not None:
        statement = statement.where(Habilitation.zone_code == wanted.zone)
    if wanted.state is not None:
        statement = statement.where(_is(wanted.state))
    if wanted.ends_within is not None:
        limit = today() + timedelta(days=wanted.ends_within)
        statement = statement.where(Habilitation.in_force(today()), Habilitation.ends_on <= limit)
    return statement.order_by(*IN_ORDER)


def count_states(session: Session, identity: Identity) -> dict[str, int]:
    """How many rights are in force, end soon or are suspended; how many requests are pending, and how many ``identity`` may decide."""
    theirs = reach.agents_within_reach(identity)
    rights = select(func.count()).select_from(Habilitation).join(Habilitation.agent)
    rights = rights.where(Habilitation.agent_id.in_(theirs))
    soon = Habilitation.ends_on <= today() + timedelta(days=SOON)
    waiting = select(func.count()).where(
        HabilitationRequest.state == RequestState.PENDING, HabilitationRequest.agent_id.in_(theirs)
    )
    mine = (
        HabilitationRequest.requested_by != identity.agent_id,
        HabilitationRequest.agent_id != identity.agent_id,
    )
    return {
        "in_force": session.scalar(rights.where(_is(RightState.IN_FORCE))) or 0,
        "soon": session.scalar(rights.where(_is(RightState.IN_FORCE), soon)) or 0,
        "suspended": session.scalar(rights.where(_is(RightState.SUSPENDED))) or 0,
        "waiting": session.scalar(waiting) or 0,
        "to_decide": session.scalar(waiting.where(*mine)) or 0,
    }


def list_rights_of(session: Session, identity: Identity, agent: Agent) -> Sequence[Habilitation]:
    """Every habilitation an agent has had, latest first."""
    statement = reach.habilitations(identity).where(Habilitation.agent_id == agent.id)
    return session.scalars(statement.order_by(Habilitation.id.desc())).all()


def list_zones(session: Session) -> Sequence[Zone]:
    """The zones, by kind then by label."""
    kind = func.array_position(
        ["france", "region", "departement", "ensemble", "ancienne_region"], Zone.kind
    )
    return session.scalars(select(Zone).order_by(kind, Zone.label, Zone.code)).all()


def _is(state: RightState) -> ColumnElement[bool]:
    in_force = Habilitation.in_force(today())
    is_unusable = or_(is_dormant(), Agent.active.is_(False))
    match state:
        case RightState.WITHDRAWN:
            return Habilitation.withdrawn_at.is_not(None)
        case RightState.ENDED:
            ended: date = today()
            return Habilitation.withdrawn_at.is_(None) & (Habilitation.ends_on <= ended)
        case RightState.SUSPENDED:
            return in_force & is_unusable
    return in_force & ~is_unusable


def _gives_nothing(agent: Agent) -> bool:
    return not agent.active or agent.is_dormant
