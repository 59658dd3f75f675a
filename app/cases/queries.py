"""Read accompagnements, their members and their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    any_,
    exists,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.accounts.models import Agent
from app.cases.attention import UNATTENDED, in_reach, is_silent, list_unattended
from app.cases.models import (
    Case,
    CaseChange,
    CaseMember,
    CaseState,
    CaseValue,
    ChangeKind,
    Criticality,
    MemberRole,
)
from app.companies.models import Company, Establishment
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE, Key, Page, bounded_count, page_of
from app.core.database.tables import current_moment
from app.core.errors import NotFoundError
from app.core.now import utcnow
from app.habilitations.models import Membership, Network
from app.network.models import FeedEvent

#: the only network whose members may put a firm under watch
WATCHING_NETWORK = "crp"

#: an accompagnement where nothing happened for longer waits for somebody
QUIET = timedelta(days=30)
#: establishments offered on the firm's page; any other is opened from its own URL
MAX_OPENABLE = 10


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """The filters of a list; ``None`` filters nothing. ``whose``: ``mine``, ``network``, ``all`` or `UNATTENDED`."""

    state: CaseState | None = None
    department: str | None = None
    criticality: Criticality | None = None
    siren: str | None = None
    whose: str = "all"
    #: the portfolio of somebody: those that they take part in
    agent_id: int | None = None
    #: those in progress without news for long
    is_silent: bool = False
    #: those that were deleted, and no other; else they are left out
    is_deleted: bool = False
    #: numbers of values of the lists, all of them held
    values: tuple[int, ...] = ()


def get_case(session: Session, _identity: Identity, case_id: int) -> Case:
    """Return the accompagnement with its firm, members and outcomes; raise `NotFoundError` out of reach."""
    whole = _cases().options(selectinload(Case.outcomes), joinedload(Case.company))
    case = session.scalar(whole.where(Case.id == case_id))
    if case is None:
        raise NotFoundError
    return case


def find_open_case(session: Session, siret: str) -> Case | None:
    """Return the open accompagnement of this establishment, if any."""
    return session.scalar(select(Case).where(Case.siret == siret, Case.state != CaseState.TERMINE))


def list_open_of(session: Session, sirens: Sequence[str]) -> Sequence[Case]:
    """Return the open accompagnements of some firms, with their members."""
    of_firms = _cases().where(Case.siren.in_(sirens), Case.state != CaseState.TERMINE)
    return session.scalars(of_firms.order_by(Case.id)).all()


def list_mine(
    session: Session, identity: Identity, *, limit: int
) -> Sequence[Row[Case, Company, bool]]:
    """Return the open accompagnements that the agent takes part in, with their firm, and whether nothing happened
    there for `QUIET`: those first, then the last opened.
    """
    since = utcnow() - QUIET
    told = exists().where(FeedEvent.siren == Case.siren, FeedEvent.occurred_at > since)
    is_quiet = and_(Case.updated_at < since, ~told).label("is_quiet")
    mine = select(Case, Company, is_quiet)
    mine = mine.join(Company, Company.siren == Case.siren).where(Case.id.in_(identity.case_ids))
    order = (is_quiet.desc(), Case.opened_on.desc(), Case.id.desc())
    return session.execute(mine.order_by(*order).limit(limit)).all()


def refers_to(session: Session, identity: Identity, siren: str) -> bool:
    """Return whether the agent is an active référent of an open accompagnement of the firm."""
    refers = select(CaseMember.id).join(Case, Case.id == CaseMember.case_id)
    refers = refers.where(
        Case.siren == siren,
        Case.state != CaseState.TERMINE,
        CaseMember.agent_id == identity.agent_id,
        CaseMember.role == MemberRole.REFERENT,
        CaseMember.left_at.is_(None),
    )
    return bool(session.scalar(select(refers.exists())))


def list_openable(session: Session, identity: Identity, siren: str) -> Sequence[Establishment]:
    """Return the firm's active establishments in the agent's zone without an open accompagnement."""
    is_accompanied = exists().where(
        Case.siret == Establishment.siret, Case.state != CaseState.TERMINE
    )
    statement = select(Establishment).where(
        Establishment.siren == siren,
        Establishment.is_active,
        Establishment.department == any_(literal(list(identity.departments), ARRAY(Text()))),
        ~is_accompanied,
    )
    order = (~Establishment.is_head_office, ~Establishment.is_active, Establishment.siret)
    return session.scalars(statement.order_by(*order).limit(MAX_OPENABLE)).all()


def confirming() -> Select[*tuple[Any, ...]]:
    """Select the firms that are or were accompanied, and the day from which on."""
    return select(Case.siren, Case.opened_on.label("day")).where(Case.deleted_at.is_(None))


def state_when_deleted(session: Session, case: Case) -> str:
    """Return the code of the state in which an accompagnement was deleted last."""
    deletions = (CaseChange.case_id == case.id, CaseChange.kind == ChangeKind.DELETION)
    last = select(CaseChange.before).where(*deletions).order_by(CaseChange.id.desc())
    return session.scalars(last.limit(1)).one()


def select_numbers(session: Session, identity: Identity, wanted: CaseFilter) -> Select[int]:
    """Select the numbers of the accompagnements in reach that match ``wanted``."""
    return select(Case.id).where(*_kept(session, identity, wanted))


def page_of_cases(
    session: Session,
    identity: Identity,
    wanted: CaseFilter,
    cursor: str | None = None,
    *,
    size: int = PAGE_SIZE,
) -> Page[Row[Case, Company, Establishment]]:
    """Return the accompagnements in reach that match ``wanted``, the last opened first."""
    conditions = _kept(session, identity, wanted)
    statement = (
        _cases()
        .where(*conditions)
        .add_columns(Company, Establishment)
        .join(Company, Company.siren == Case.siren)
        .join(Establishment, Establishment.siret == Case.siret)
    )
    key: Key = [Case.opened_on.desc(), Case.id.desc()]
    counted = bounded_count(select(Case.id).where(*conditions))
    return page_of(session, statement, key=key, cursor=cursor, size=size, counted=counted)


def list_held(session: Session, case_ids: Sequence[int]) -> Sequence[Case]:
    """Return some accompagnements within reach as they are now, with their members, locked until the end of the transaction."""
    those = select(Case.id).where(Case.id.in_(case_ids)).order_by(Case.id)
    held = session.scalars(those.with_for_update()).all()
    now = _cases().where(Case.id.in_(held)).order_by(Case.id)
    return session.scalars(now.execution_options(populate_existing=True)).all()


def is_supported(_identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: an accompagnement in reach is open at the firm of the row; used to mark and filter lists."""
    return exists().where(Case.siren == siren, Case.state != CaseState.TERMINE)


def is_mine(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: the agent takes part in an open accompagnement of the firm of the row."""
    # One array, even empty: it is looked up by its index like any other.
    return siren == any_(literal(list(identity.case_sirens), ARRAY(Text())))


def is_of_my_administration(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: somebody of the agent's administration takes part in an open accompagnement, in reach, of the firm of the row."""
    mine = select(Agent.administration).where(Agent.id == identity.agent_id).scalar_subquery()
    colleague = aliased(Agent)
    together = (
        select(Case.id)
        .join(CaseMember, and_(CaseMember.case_id == Case.id, CaseMember.left_at.is_(None)))
        .join(colleague, colleague.id == CaseMember.agent_id)
        .where(Case.state != CaseState.TERMINE, colleague.administration == mine)
    )
    # The outer firm alone is that of the row: the accompagnements are those of this question.
    return (
        together.where(Case.siren == siren).correlate_except(Case, CaseMember, colleague).exists()
    )


def open_cases_of_agent() -> Select[int, str, bool]:
    """Select the open accompagnements of the `Agent` of a row, in their zone or not; those that they handed over and still read too."""
    is_former = CaseMember.left_at.is_not(None)
    return (
        select(Case.id.label("case_id"), Case.siren, is_former.label("is_former"))
        .join(CaseMember, CaseMember.case_id == Case.id)
        .where(
            CaseMember.agent_id == Agent.id,
            or_(~is_former, CaseMember.reads_until > current_moment()),
            Case.state != CaseState.TERMINE,
        )
        .order_by(Case.id)
    )


def list_working_on(session: Session, siren: str, *, case_id: int | None = None) -> Sequence[int]:
    """Return the active members of the firm's open accompagnements, or of this one, even closed."""
    concerned = or_(and_(Case.siren == siren, Case.state != CaseState.TERMINE), Case.id == case_id)
    statement = select(CaseMember.agent_id).join(Case, Case.id == CaseMember.case_id)
    statement = statement.where(concerned, CaseMember.left_at.is_(None))
    return session.scalars(statement.distinct()).all()


def may_watch(session: Session, identity: Identity) -> bool:
    """Return whether the agent belongs to the network that may put a firm under watch."""
    watching = select(Network.id).where(Network.code == WATCHING_NETWORK)
    return session.scalar(watching) in identity.network_ids


def _cases() -> Select[Case]:
    return select(Case).options(selectinload(Case.members).joinedload(CaseMember.agent))


def _kept(session: Session, identity: Identity, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    conditions = _filtered(identity, wanted)
    if wanted.whose == UNATTENDED:
        conditions.append(Case.id.in_(list_unattended(session, identity)))
    return conditions


def _filtered(identity: Identity, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    conditions = [] if wanted.department is not None else in_reach(identity)
    is_deleted = Case.deleted_at.is_not(None)
    conditions.append(is_deleted if wanted.is_deleted else ~is_deleted)
    for column, value in (
        (Case.state, wanted.state),
        (Case.department, wanted.department),
        (Case.criticality, wanted.criticality),
        (Case.siren, wanted.siren),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.is_silent:
        conditions.append(is_silent())
    for number in wanted.values:
        held = (CaseValue.value_id == number, CaseValue.removed_at.is_(None))
        conditions.append(Case.id.in_(select(CaseValue.case_id).where(*held)))
    active = select(CaseMember.case_id).where(CaseMember.left_at.is_(None))
    if wanted.agent_id is not None:
        conditions.append(Case.id.in_(active.where(CaseMember.agent_id == wanted.agent_id)))
    if wanted.whose == "mine":
        conditions.append(Case.id.in_(active.where(CaseMember.agent_id == identity.agent_id)))
    if wanted.whose == "network":
        colleagues = select(Membership.agent_id).where(
            Membership.network_id == identity.own_network_id
        )
        conditions.append(Case.id.in_(active.where(CaseMember.agent_id.in_(colleagues))))
    return conditions
