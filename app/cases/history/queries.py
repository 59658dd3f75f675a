"""Read what changed of an accompagnement, from the tables that keep it, in one statement. Each reads what its own policy gives."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    String,
    Text,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy import case as case_when
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Agent
from app.cases.measures.models import CaseMeasure
from app.cases.models import Case, CaseChange, CaseStateChange, CaseValue
from app.cases.summaries.models import CaseSummary, SummaryVersion
from app.core.database.keyset import Key, Slice, slice_of
from app.core.slots import Slot
from app.habilitations.models import Network
from app.values.models import ListValue

STATE, VALUES, MEASURE, SUMMARY = "etat", "valeurs", "dispositif", "synthese"
#: what separates the values of a list, in a text: no label holds it
SEPARATOR = "\n"


#: a line of the history as a statement: `line_of_history` makes it
HistoryStatement = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class HistoryEntry:
    """Something that changed.

    ``kind`` is one of those above or a `ChangeKind`; ``before`` and ``after`` are codes, labels apart by `SEPARATOR`, what a measure is
    as JSON or, of a synthèse, its network and its version.
    """

    at: datetime
    kind: str
    agent: str
    concerned: str | None
    list_code: str | None
    before: str
    after: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ToldElsewhere:
    """What a domain above adds to the history: its kind, the lines of an accompagnement, and how one reads."""

    kind: str
    statement: Callable[[int], HistoryStatement]
    reads: Callable[[HistoryEntry], dict[str, object]]


#: what the domains above add
told_elsewhere: Slot[ToldElsewhere] = Slot("lines of the history of an accompagnement")


def slice_of_history(
    session: Session, case: Case, cursor: str | None = None, *, size: int
) -> Slice[HistoryEntry]:
    """Return what changed, the latest first."""
    every = _every(case.id).subquery()
    concerned = aliased(Agent)
    named = Agent.first_name + " " + Agent.last_name
    statement = (
        select(
            every.c.at, every.c.kind, func.coalesce(named, "").label("agent"),
            (concerned.first_name + " " + concerned.last_name).label("concerned"),
            every.c.list_code, every.c.before, every.c.after, every.c.reason,
        )
        .outerjoin(Agent, Agent.id == every.c.agent_id)
        .outerjoin(concerned, concerned.id == every.c.concerned_id)
    )  # fmt: skip
    key: Key = [every.c.at.desc(), every.c.kind.desc(), every.c.number.desc()]
    found = slice_of(session, statement, key=key, cursor=cursor, size=size)
    return Slice([HistoryEntry(*row) for row in found.rows], found.next_cursor)


def _every(case_id: int) -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(
        _states(case_id), _changes(case_id), _values(case_id), _measures(case_id), _summaries(case_id), _removals(case_id),
        *(each.statement(case_id) for each in told_elsewhere),
    )  # fmt: skip


def line_of_history(
    at: Any, kind: Any, number: Any, agent_id: Any, **said: Any
) -> HistoryStatement:
    """Return the columns of a line; what is not said is nothing."""
    nothing = {
        "list_code": cast(null(), String), "concerned_id": cast(null(), Integer),
        "before": literal("", Text), "after": literal("", Text), "reason": literal("", Text),
    }  # fmt: skip
    columns = {"at": at, "kind": kind, "number": number, "agent_id": agent_id, **nothing, **said}
    return select(*(column.label(name) for name, column in columns.items()))


def _states(case_id: int) -> Select[*tuple[Any, ...]]:
    change = CaseStateChange
    line = line_of_history(
        change.changed_at, literal(STATE, Text), change.id, change.agent_id,
        before=func.coalesce(cast(change.from_state, Text), ""), after=cast(change.to_state, Text),
        reason=change.reason,
    )  # fmt: skip
    return line.where(change.case_id == case_id)


def _changes(case_id: int) -> Select[*tuple[Any, ...]]:
    change = CaseChange
    line = line_of_history(
        change.changed_at, cast(change.kind, Text), change.id, change.agent_id,
        concerned_id=change.concerned_id, before=change.before, after=change.after,
    )  # fmt: skip
    return line.where(change.case_id == case_id)


def _values(case_id: int) -> Select[*tuple[Any, ...]]:
    """What was added to a list and taken off it at once is one line."""
    here = CaseValue.case_id == case_id
    sides = union_all(
        select(
            CaseValue.id, CaseValue.value_id, CaseValue.added_at.label("at"),
            CaseValue.added_by.label("agent_id"), literal(True).label("is_added"),
        ).where(here),
        select(
            CaseValue.id, CaseValue.value_id, CaseValue.removed_at, CaseValue.removed_by, literal(False),
        ).where(here, CaseValue.removed_at.is_not(None)),
    ).subquery()  # fmt: skip
    labels = func.string_agg(ListValue.label, literal(SEPARATOR, Text))
    line = line_of_history(
        sides.c.at, literal(VALUES, Text), func.max(sides.c.id), sides.c.agent_id,
        list_code=cast(ListValue.list_code, String),
        before=func.coalesce(labels.filter(~sides.c.is_added), ""),
        after=func.coalesce(labels.filter(sides.c.is_added), ""),
    )  # fmt: skip
    line = line.join(ListValue, ListValue.id == sides.c.value_id)
    return line.group_by(sides.c.at, sides.c.agent_id, ListValue.list_code)


def _measures(case_id: int) -> Select[*tuple[Any, ...]]:
    """Those that were added, or replaced a former one."""
    former, named, former_named = aliased(CaseMeasure), aliased(ListValue), aliased(ListValue)
    line = line_of_history(
        CaseMeasure.added_at, literal(MEASURE, Text), CaseMeasure.id, CaseMeasure.added_by,
        before=func.coalesce(_facts(former, former_named), ""), after=_facts(CaseMeasure, named),
    )  # fmt: skip
    line = line.select_from(CaseMeasure).join(named, named.id == CaseMeasure.value_id)
    line = line.outerjoin(former, former.id == CaseMeasure.replaces_id)
    line = line.outerjoin(former_named, former_named.id == former.value_id)
    return line.where(CaseMeasure.case_id == case_id)


def _summaries(case_id: int) -> Select[*tuple[Any, ...]]:
    """Each time a synthèse was rewritten: of which network, and to which version."""
    version = SummaryVersion
    line = line_of_history(
        version.edited_at, literal(SUMMARY, Text), version.summary_id * 10_000 + version.version, version.edited_by,
        before=Network.label, after=cast(version.version, Text),
    )  # fmt: skip
    line = line.join(CaseSummary, CaseSummary.id == version.summary_id)
    line = line.join(Network, Network.id == CaseSummary.network_id)
    return line.where(CaseSummary.case_id == case_id)


def _removals(case_id: int) -> Select[*tuple[Any, ...]]:
    """Measures that were taken off, and that none replaced."""
    measure, later = CaseMeasure, aliased(CaseMeasure)
    line = line_of_history(
        measure.removed_at, literal(MEASURE, Text), -measure.id, measure.removed_by,
        before=_facts(measure, ListValue),
    )  # fmt: skip
    line = line.select_from(measure).join(ListValue, ListValue.id == measure.value_id)
    is_replaced = select(later.id).where(later.replaces_id == measure.id).exists()
    return line.where(measure.case_id == case_id, measure.removed_at.is_not(None), ~is_replaced)


def _facts(measure: Any, value: Any) -> Any:
    facts = func.jsonb_build_object(
        "label", value.label, "amount", measure.amount, "starts_on", measure.starts_on,
        "ends_on", measure.ends_on, "note", measure.note,
    )  # fmt: skip
    return case_when((measure.id.is_not(None), cast(facts, Text)))
