"""Members of an accompagnement. Managed by its référents; an agent outside the zone is invited."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.members.relays import relays
from app.cases.models import Case, CaseMember, ChangeKind, MemberRole
from app.cases.services import emit_event, record_change, require_open
from app.companies.queries import get_company
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.work.events import EventKind
from app.habilitations.queries import identity_of

LAST_REFERENT = "Le dernier référent ne peut pas partir : désignez d’abord quelqu’un d’autre."
NO_MEMBER = "Cette personne ne participe pas à l’accompagnement."


def list_invitable(session: Session, case: Case) -> Sequence[Agent]:
    """Return the active agents who are not members yet, by name."""
    present = [member.agent_id for member in case.active_members]
    statement = select(Agent).where(Agent.active, Agent.id.not_in(present))
    return session.scalars(statement.order_by(Agent.last_name, Agent.first_name, Agent.id)).all()


def add_member(
    session: Session, identity: Identity, case: Case, *, agent_id: int | None, role: MemberRole
) -> CaseMember:
    """Add an agent, or change their role. They need a habilitation in force; out of zone, it is an invitation.

    An invitation gives the natures that the guest holds elsewhere, among those that whoever invites reads here.
    """
    require_open(session, case)
    agent = session.get(Agent, agent_id) if agent_id is not None else None
    if agent is None or not agent.active:
        raise DomainError("Choisissez un agent dans la liste.", field="agent_id")
    theirs = identity_of(session, agent)
    if not theirs.is_habilitated:
        raise DomainError(f"{agent.full_name} n’a pas d’habilitation en cours.", field="agent_id")
    existing = next((member for member in case.active_members if member.agent_id == agent.id), None)
    if existing is not None:
        return _change_role(session, identity, existing, case=case, role=role)
    natures = _given(session, case, theirs)
    member = CaseMember(case_id=case.id, agent_id=agent.id, role=role, natures=natures)
    try:
        with session.begin_nested():
            session.add(member)
    except IntegrityError as error:
        if "uq_case_member_active" not in str(error.orig):
            raise
        raise DomainError(f"{agent.full_name} vient d’être ajouté.", field="agent_id") from None
    invited = not theirs.covers([case.department])
    change = "invited" if invited else "added"
    _record(session, identity, case, agent_id=agent.id, change=change, role=role, natures=natures)
    _tell(session, identity, case, agent.id, change=("", role.value))
    return member


def remove_member(
    session: Session, identity: Identity, case: Case, *, member_id: int | None
) -> None:
    """Remove a member; raise `DomainError` for the last active référent."""
    require_open(session, case)
    member = next((each for each in case.active_members if each.id == member_id), None)
    if member is None:
        raise DomainError(NO_MEMBER)
    _hold(session, member)
    _require_another_referent(session, member)
    member.left_at = utcnow()
    session.flush()
    _record(session, identity, case, agent_id=member.agent_id, change="removed", role=member.role)
    _tell(session, identity, case, member.agent_id, change=(member.role.value, ""))


def take_over(
    session: Session, identity: Identity, case: Case, taker: Identity, *,
    leaving: Sequence[CaseMember], until: datetime | None = None,
) -> None:  # fmt: skip
    """Make ``taker`` a référent in the place of those who leave, under one line of the journal and one event.

    What those had to do in the accompagnement goes to ``taker``, as far as they read it. ``until``: when those who leave stop reading it.
    """
    taker_id = taker.agent_id or 0
    before = _join_as_referent(session, identity, case, taker)
    _tell(session, identity, case, taker_id, change=(before, MemberRole.REFERENT.value))
    for member in leaving:
        member.left_at, member.reads_until = utcnow(), until
        session.flush()
        _tell(session, identity, case, member.agent_id, change=(member.role.value, ""))
    gone = [member.agent_id for member in leaving]
    journal.record(
        session, identity, journal.Event.CASE_HANDED_OVER, siren=case.siren, case_id=case.id,
        agent_id=taker_id, leaving=gone,
    )  # fmt: skip
    emit_event(
        session, identity, case, kind=EventKind.CASE_HANDED_OVER, details={"agent_id": taker_id}
    )
    for relay in relays:
        relay(session, identity, case, gone, taker)


def _join_as_referent(session: Session, identity: Identity, case: Case, taker: Identity) -> str:
    """Make ``taker`` a référent, whatever they were; return what they were, nothing for whoever did not take part."""
    member = next((each for each in case.active_members if each.agent_id == taker.agent_id), None)
    if member is not None:
        before, member.role = member.role.value, MemberRole.REFERENT
    else:
        is_own = taker.agent_id == identity.agent_id
        natures = [] if is_own else _given(session, case, taker)
        role = MemberRole.REFERENT
        session.add(
            CaseMember(case_id=case.id, agent_id=taker.agent_id, role=role, natures=natures)
        )
        before = ""
    session.flush()
    return before


def _given(session: Session, case: Case, theirs: Identity) -> list[str]:
    """The natures that an invitation gives: nobody gives what they do not read, nor what is already held here."""
    company = get_company(session, theirs, case.siren)
    elsewhere = {n for n in theirs.natures if not theirs.covers(company.departments, n)}
    return sorted(elsewhere & set(company.readable))


def _change_role(
    session: Session, identity: Identity, member: CaseMember, *, case: Case, role: MemberRole
) -> CaseMember:
    _hold(session, member)
    if member.role != role:
        _require_another_referent(session, member)
        before, member.role = member.role, role
        session.flush()
        changes = journal.changes({"role": before}, {"role": role})
        _record(session, identity, case, agent_id=member.agent_id, change="role", changes=changes)
        _tell(session, identity, case, member.agent_id, change=(before.value, role.value))
    return member


def _hold(session: Session, member: CaseMember) -> None:
    """Lock a member whom the page showed; raise `DomainError` if they left meanwhile."""
    hold(session, member)
    if member.left_at is not None:
        raise DomainError(NO_MEMBER)


def _require_another_referent(session: Session, member: CaseMember) -> None:
    others = select(CaseMember.id).where(
        CaseMember.case_id == member.case_id,
        CaseMember.role == MemberRole.REFERENT,
        CaseMember.left_at.is_(None),
        CaseMember.id != member.id,
    )
    if member.role == MemberRole.REFERENT and session.scalar(others.limit(1)) is None:
        raise DomainError(LAST_REFERENT)


def _tell(
    session: Session, identity: Identity, case: Case, agent_id: int, *, change: tuple[str, str]
) -> None:
    """Say in the history who came, left or has another role."""
    record_change(
        session, identity, case, ChangeKind.MEMBER, change=change, concerned_id=agent_id
    )  # fmt: skip


def _record(
    session: Session, identity: Identity, case: Case, *, agent_id: int, change: str, **trace: object
) -> None:
    """Journal a change of members, with ``trace``, and emit its event."""
    details: dict[str, str | int | None] = {"agent_id": agent_id, "change": change}
    journal.record(
        session, identity, journal.Event.CASE_MEMBER_CHANGED, siren=case.siren, case_id=case.id,
        **details, **trace,
    )  # fmt: skip
    emit_event(session, identity, case, kind=EventKind.CASE_MEMBER_CHANGED, details=details)
