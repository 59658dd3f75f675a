"""How accompagnements stand for whoever takes them out: with their people, what describes them, what is to be done next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload, selectinload

from app.cases.models import Case, CaseMember, CaseValue, MemberRole
from app.companies.models import Company, Establishment
from app.core.access.identity import Identity
from app.deadlines.models import Deadline, DeadlineState
from app.values.models import ListValue, ValueList

#: accompagnements read at once
BATCH = 200


@dataclass(frozen=True, kw_only=True)
class CaseStanding:
    """An accompagnement as the agent reads it: tags and échéance are those of their networks."""

    case: Case
    company: Company
    place: Establishment
    values: Sequence[ListValue]
    #: the first that is to be done
    deadline: Deadline | None

    @property
    def referents(self) -> str:
        """The names of its référents."""
        members = self.case.active_members
        return ", ".join(m.agent.full_name for m in members if m.role == MemberRole.REFERENT)

    def of_list(self, kind: ValueList) -> list[ListValue]:
        """The values of a list that describe it."""
        return [value for value in self.values if value.list_code is kind]


def read(session: Session, identity: Identity, numbers: Sequence[int]) -> Iterator[CaseStanding]:
    """Yield how some accompagnements within reach stand, in the order of ``numbers``, a batch at a time."""
    for first in range(0, len(numbers), BATCH):
        yield from _batch(session, identity, numbers[first : first + BATCH])


def _batch(session: Session, _identity: Identity, numbers: Sequence[int]) -> Iterator[CaseStanding]:
    rows = session.execute(
        select(Case, Company, Establishment)
        .join(Company, Company.siren == Case.siren)
        .join(Establishment, Establishment.siret == Case.siret)
        .where(Case.id.in_(numbers))
        .options(
            selectinload(Case.members).joinedload(CaseMember.agent), selectinload(Case.outcomes)
        )
        .execution_options(populate_existing=True)
    )
    found = {case.id: (case, company, place) for case, company, place in rows}
    values = _values(session, list(found))
    deadlines = _deadlines(session, list(found))
    for number in numbers:
        if number in found:
            case, company, place = found[number]
            held = values.get(number, [])
            next_one = deadlines.get(number)
            yield CaseStanding(
                case=case, company=company, place=place, values=held, deadline=next_one
            )


def _values(session: Session, numbers: Sequence[int]) -> dict[int, list[ListValue]]:
    held = (
        select(CaseValue.case_id, ListValue)
        .join(ListValue, ListValue.id == CaseValue.value_id)
        .where(CaseValue.case_id.in_(numbers), CaseValue.removed_at.is_(None))
        .order_by(ListValue.position, ListValue.label, ListValue.id)
    )
    found: dict[int, list[ListValue]] = {}
    for number, value in session.execute(held):
        found.setdefault(number, []).append(value)
    return found


def _deadlines(session: Session, numbers: Sequence[int]) -> dict[int, Deadline]:
    to_do = (Deadline.case_id.in_(numbers), Deadline.state == DeadlineState.OPEN)
    first = select(Deadline).where(*to_do).options(joinedload(Deadline.author))
    order = (Deadline.case_id, Deadline.due_on, Deadline.id)
    found = session.scalars(first.ext(distinct_on(Deadline.case_id)).order_by(*order))
    return {deadline.case_id or 0: deadline for deadline in found}
