"""Give firms to a colleague, and take them back; they leave by themselves once done."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases import queries as cases
from app.cases.assignments import queries
from app.cases.assignments.models import FirmAssignment
from app.cases.members import services as members
from app.cases.models import Case, MemberRole
from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError, NotFoundError
from app.core.now import today, utcnow
from app.core.text.french import de_fr
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.habilitations.queries import identity_of


def find_colleague(session: Session, identity: Identity, agent_id: int) -> Agent:
    """Return a colleague to whom firms may be given; raise `DomainError`."""
    colleagues = queries.list_colleagues(session, identity)
    colleague = next((agent for agent in colleagues if agent.id == agent_id), None)
    if colleague is None:
        raise DomainError("Choisissez un agent de votre réseau.", field="choice")
    return colleague


def reasons_against(
    session: Session, identity: Identity, colleague: Agent, firms: Sequence[Company]
) -> dict[str, str]:
    """Return why some firms may not be given to a colleague, by siren."""
    theirs = identity_of(session, colleague)
    sirens = [firm.siren for firm in firms]
    opened = _open_cases(session, sirens)
    given = {row.siren: row for row in queries.list_in_force(session, identity, sirens)}
    reasons = {}
    for firm in firms:
        case, held = opened.get(firm.siren), given.get(firm.siren)
        if not theirs.covers(firm.departments) and firm.siren not in theirs.case_sirens:
            reasons[firm.siren] = f"hors de la zone {de_fr(colleague.full_name)}"
        elif case is not None and not case.is_referent(identity.agent_id):
            reasons[firm.siren] = "accompagnée par d’autres : adressez-vous à un référent"
        elif case is not None and case.is_referent(colleague.id):
            reasons[firm.siren] = f"{colleague.full_name} en est déjà référent"
        elif case is None and held is not None:
            reasons[firm.siren] = f"déjà confiée à {held.agent.full_name}"
    return reasons


def give(
    session: Session, identity: Identity, colleague: Agent, firms: Sequence[Company]
) -> dict[str, Any]:
    """Make a colleague référent of the accompagnements of some firms, and give them the others; return what undoes it."""
    opened = _open_cases(session, [firm.siren for firm in firms])
    taken: dict[str, Any] = {}
    for siren, case in opened.items():
        taken[siren] = give_case(session, identity, case, colleague)
    others = [firm for firm in firms if firm.siren not in opened]
    return taken | _assign(session, identity, colleague, others)


def take_back(session: Session, identity: Identity, taken: Mapping[str, Any]) -> list[str]:
    """Undo what `give` did, as far as nobody has changed it since; return the firms."""
    given = {siren: known for siren, known in taken.items() if "assignment" in known}
    back = _end(session, identity, [known["assignment"] for known in given.values()])
    for siren, known in taken.items():
        if "case" in known and take_back_case(session, identity, known):
            back.append(siren)
    return back


def settle(session: Session, identity: Identity, siren: str) -> None:
    """End what was given to the agent of a firm: they have just contacted it, or opened its accompagnement."""
    mine = and_(FirmAssignment.siren == siren, FirmAssignment.agent_id == identity.agent_id)
    _ended(session, identity, mine, change="traitées")


def end(session: Session, identity: Identity, given: FirmAssignment) -> None:
    """Give a firm back, or take it back; raise `DomainError` once it is over."""
    is_holder = given.agent_id == identity.agent_id
    those = FirmAssignment.id == given.id
    if not _ended(session, identity, those, change="rendues" if is_holder else "reprises"):
        raise DomainError("Cette entreprise n’est plus confiée.")


def give_case(session: Session, identity: Identity, case: Case, colleague: Agent) -> dict[str, Any]:
    """Make a colleague référent of an accompagnement; return what undoes it."""
    former = next((m.role for m in case.active_members if m.agent_id == colleague.id), None)
    member = members.add_member(
        session, identity, case, agent_id=colleague.id, role=MemberRole.REFERENT
    )
    session.flush()
    return {"case": case.id, "member": member.id, "former": former}


def take_back_case(session: Session, identity: Identity, known: Mapping[str, Any]) -> bool:
    """Undo what `give_case` did; return whether it could be."""
    try:
        case = cases.get_case(session, identity, known["case"])
        if not case.is_referent(identity.agent_id):
            return False
        member = next(each for each in case.active_members if each.id == known["member"])
        if known["former"] is None:
            members.remove_member(session, identity, case, member_id=member.id)
        else:
            former = MemberRole(known["former"])
            members.add_member(session, identity, case, agent_id=member.agent_id, role=former)
    except (DomainError, NotFoundError, StopIteration):
        # Closed, left or out of reach meanwhile: what others did since stays.
        return False
    return True


def _assign(
    session: Session, identity: Identity, colleague: Agent, firms: Sequence[Company]
) -> dict[str, Any]:
    rows = [
        {
            "siren": firm.siren,
            "departments": firm.departments,
            "agent_id": colleague.id,
            "assigned_by": identity.agent_id,
            "assigned_at": utcnow(),
        }
        for firm in firms
    ]
    if not rows:
        return {}
    statement = insert(FirmAssignment).on_conflict_do_nothing()
    made = session.execute(statement.returning(FirmAssignment.siren, FirmAssignment.id), rows)
    ids = {row.siren: row.id for row in made}
    _trace(session, identity, agent_id=colleague.id, change="confiées", sirens=sorted(ids))
    for firm in firms:
        if firm.siren in ids:
            _tell(session, identity, firm, colleague, ids[firm.siren])
    return {siren: {"assignment": number} for siren, number in ids.items()}


def _end(session: Session, identity: Identity, ids: Collection[int]) -> list[str]:
    return _ended(session, identity, FirmAssignment.id.in_(ids), change="reprises") if ids else []


def _ended(
    session: Session, identity: Identity, those: ColumnElement[bool], *, change: str
) -> list[str]:
    """End what was given, where it is in force; return the firms."""
    in_force = FirmAssignment.ended_at.is_(None)
    ended = update(FirmAssignment).where(those, in_force).values(ended_at=utcnow())
    sirens = list(session.scalars(ended.returning(FirmAssignment.siren)))
    if sirens:
        _trace(session, identity, agent_id=None, change=change, sirens=sirens)
    return sirens


def _trace(
    session: Session, identity: Identity, *, agent_id: int | None, change: str, sirens: list[str]
) -> None:
    journal.record(
        session, identity, journal.Event.FIRM_ASSIGNED,
        agent_id=agent_id, change=change, count=len(sirens), sirens=sirens,
    )  # fmt: skip


def _tell(
    session: Session, identity: Identity, firm: Company, colleague: Agent, number: int
) -> None:
    event = DomainEvent(
        kind=EventKind.FIRM_ASSIGNED,
        siren=firm.siren,
        departments=firm.departments,
        subject_kind="firm_assignment",
        subject_id=number,
        occurred_on=today(),
        details={"agent_id": colleague.id},
    )
    events.emit(session, identity, event)


def _open_cases(session: Session, sirens: Sequence[str]) -> dict[str, Case]:
    """The open accompagnement of each firm that has one within reach."""
    return {case.siren: case for case in cases.list_open_of(session, sirens)}
