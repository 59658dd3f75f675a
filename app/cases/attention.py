"""The accompagnements that ask for attention: those that no référent at work follows, those without news for long."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.models import SILENT_AFTER, Case, CaseMember, CaseState, MemberRole
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.keyset import COUNTED, bounded_count
from app.core.now import today
from app.habilitations.queries import is_at_work

#: a zone of more départements is read in the order of the whole country
FEW = 20
#: the latest accompagnements of one agent who left: more than anybody has open
OF_ONE = COUNTED
#: why the rights of référents are read
WHY = "Accompagnements sans référent"
#: the accompagnements that no référent at work follows any more, as a filter says it
UNATTENDED = "sans-referent"


def list_unattended(
    session: Session, identity: Identity, *, among: Sequence[int] | None = None
) -> Sequence[int]:
    """Return the open accompagnements of the zone none of whose référents is at work, the last opened first, `COUNTED` + 1 at most.

    Read with the system's rights: those of the référents, which are theirs.
    """
    unattended = _unattended(identity)
    if among is not None:
        unattended = unattended.where(Case.id.in_(among))
    order = (Case.opened_on.desc(), Case.id.desc())
    with reading_as_system(session, reason=WHY) as connection:
        return connection.scalars(unattended.order_by(*order).limit(COUNTED + 1)).all()


def count_unattended(session: Session, identity: Identity) -> int:
    """Return how many they are, as far as lists count."""
    with reading_as_system(session, reason=WHY) as connection:
        return connection.scalar(bounded_count(_unattended(identity))) or 0


def _unattended(identity: Identity) -> Select[int]:
    follows = (
        select(CaseMember.id)
        .join(Agent, Agent.id == CaseMember.agent_id)
        .where(CaseMember.case_id == Case.id, CaseMember.left_at.is_(None))
        .where(CaseMember.role == MemberRole.REFERENT, is_at_work())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    unattended = select(Case.id).where(
        Case.state != CaseState.TERMINE,
        Case.department.in_(identity.departments),
        # Looked for by index for each: a scalar is not made a join of everybody's parts.
        follows.is_(None),
    )
    if len(identity.departments) > FEW:
        # Those who left are few: the accompagnements of the whole country are not looked at one by one.
        unattended = unattended.where(Case.id.in_(_left_by_somebody()))
    return unattended


def is_silent() -> ColumnElement[bool]:
    """SQL condition: the accompagnement of the row is in progress, without news for `SILENT_AFTER`."""
    return and_(Case.state != CaseState.TERMINE, Case.heard_on <= today() - SILENT_AFTER)


def count_silent(session: Session, identity: Identity) -> int:
    """Return how many accompagnements of the zone are without news for long, as far as lists count."""
    silent = select(Case.id).where(is_silent(), *in_reach(identity))
    return session.scalar(bounded_count(silent)) or 0


def in_reach(identity: Identity) -> list[ColumnElement[bool]]:
    """What row-level security says again, for the index of départements to be followed where the zone has few."""
    if len(identity.departments) > FEW:
        return []
    in_zone = Case.department.in_(identity.departments)
    beyond = (*identity.case_ids, *identity.former_case_ids)
    return [or_(in_zone, Case.id.in_(beyond)) if beyond else in_zone]


def _left_by_somebody() -> Select[int]:
    """Select the accompagnements of which somebody who is no longer at work is a référent."""
    gone = select(Agent.id).where(~is_at_work()).subquery()
    referents = (CaseMember.role == MemberRole.REFERENT, CaseMember.left_at.is_(None))
    theirs = select(CaseMember.case_id).where(CaseMember.agent_id == gone.c.id, *referents)
    latest = theirs.order_by(CaseMember.case_id.desc()).limit(OF_ONE)
    each = latest.correlate(gone).lateral()
    return select(each.c.case_id).select_from(gone.join(each, true()))
