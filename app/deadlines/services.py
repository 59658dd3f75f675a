"""Plan échéances, put them off, give them to somebody else, say what became of them, and remind of them once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.endings import CLOSED
from app.cases.models import Case
from app.companies.models import Company
from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import require_text
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.deadlines import policies, queries
from app.deadlines.models import Deadline, DeadlineState
from app.habilitations.queries import identity_of
from app.network.comments.services import require_audience
from app.network.notifications import recipients
from app.network.policies import reaches_firm
from app.network.services import record_event

#: what an event is about, when it is an échéance
SUBJECT = "deadline"
EMPTY = "Dites ce qu’il y a à faire."
NO_DAY = "Saisissez une date, par exemple 22/11/2026."
TOO_EARLY = "Une échéance se fixe pour aujourd’hui ou plus tard."
NOBODY = "Choisissez un agent dans la liste."
NOT_A_READER = (
    "{} ne pourrait pas lire cette échéance : choisissez un cercle dont cette personne fait partie,"
    " ou faites-la d’abord entrer dans l’accompagnement."
)
OVER = "Cette échéance n’est plus à faire."
#: what a visit promised without saying it
NEXT_STEP = "Prochaine étape de la visite"


@dataclass(frozen=True, kw_only=True)
class PlannedDeadline:
    """What an agent plans: what, for which day, by whom, read by which network."""

    what: str | None
    due_on: date | None
    network_id: int | None
    assignee_id: int | None


def plan_on_firm(
    session: Session, identity: Identity, company: Company, plan: PlannedDeadline
) -> Deadline:
    """Plan something to be done of a firm within reach."""
    if not reaches_firm(identity, company):
        raise DomainError("Cette entreprise n’est pas dans votre zone.")
    return _plan(session, identity, company, None, plan)


def plan_on_case(
    session: Session, identity: Identity, case: Case, plan: PlannedDeadline
) -> Deadline:
    """Plan something to be done in an accompagnement in progress."""
    hold(session, case)
    if not case.is_open:
        raise DomainError(CLOSED)
    return _plan(session, identity, session.get_one(Company, case.siren), case, plan)


def plan_step(session: Session, identity: Identity, step: Deadline) -> None:
    """Keep the next step of a visit that was just logged, for its author."""
    step.author_id = step.assignee_id = identity.agent_id or 0
    step.what = step.what or NEXT_STEP
    _add(session, identity, step)


def settle_steps(session: Session, identity: Identity, siren: str) -> None:
    """Say done what the agent promised for today or before at former visits of a firm: they have just contacted it again."""
    for step in queries.list_due_steps_of(session, identity, siren):
        hold(session, step)
        if policies.may_change(identity, step):
            settle(session, identity, step, DeadlineState.DONE)


def follow_step(
    session: Session, identity: Identity, step: Deadline, *, what: str, due_on: date | None
) -> None:
    """Have the échéance of a visit say what its author corrected; without a day any more, it is cancelled."""
    hold(session, step)
    if due_on is None:
        if step.is_open:
            settle(session, identity, step, DeadlineState.CANCELLED)
        return
    before = {"due_on": step.due_on, "state": step.state}
    step.what = what or NEXT_STEP
    _put_off(step, due_on)
    if before["due_on"] != due_on:
        step.state, step.settled_by, step.settled_at = DeadlineState.OPEN, None, None
    session.flush()
    after = {"due_on": due_on, "state": step.state}
    _trace(session, identity, journal.Event.DEADLINE_CHANGED, step, journal.changes(before, after))


def change(
    session: Session, identity: Identity, deadline: Deadline, *, due_on: date | None, assignee_id: int | None
) -> None:  # fmt: skip
    """Put an échéance off, or give it to somebody else, who is told."""
    _require_open(session, identity, deadline)
    before = {"due_on": deadline.due_on, "assignee_id": deadline.assignee_id}
    if due_on != deadline.due_on:
        _put_off(deadline, _require_day(due_on))
    if assignee_id != deadline.assignee_id:
        deadline.assignee_id = _require_reader(session, identity, deadline, assignee_id).id
    after = {"due_on": deadline.due_on, "assignee_id": deadline.assignee_id}
    changed = journal.changes(before, after)
    if not changed:
        return
    session.flush()
    _trace(session, identity, journal.Event.DEADLINE_CHANGED, deadline, changed)
    if "assignee_id" in changed:
        _tell(session, identity, deadline, EventKind.DEADLINE_ASSIGNED, deadline.assignee_id)


def hand_over(
    session: Session, identity: Identity, case: Case, leaving: Sequence[int], taker: Identity
) -> None:
    """Give whoever takes an accompagnement over what those who leave had to do there, where they read it; they are told of it on its day.

    What they do not read stays where it was.
    """
    theirs = replace(taker, case_ids=(*taker.case_ids, case.id))
    moved: list[tuple[Deadline, int]] = []
    with writing_as_system(session, identity, reason="Échéances d’un accompagnement transmis"):
        for deadline in queries.list_to_do_of(session, case.id, leaving):
            if policies.may_read(theirs, deadline):
                moved.append((deadline, deadline.assignee_id))
                deadline.assignee_id, deadline.reminded_at = taker.agent_id or 0, None
    for deadline, former in moved:
        changed = journal.changes({"assignee_id": former}, {"assignee_id": taker.agent_id})
        _trace(session, identity, journal.Event.DEADLINE_CHANGED, deadline, changed)


def settle(session: Session, identity: Identity, deadline: Deadline, state: DeadlineState) -> None:
    """Say that an échéance is done, or cancelled; whoever planned it is told."""
    _require_open(session, identity, deadline)
    if state is DeadlineState.OPEN:
        raise DomainError("Dites si l’échéance est faite ou annulée.")
    changed = journal.changes({"state": deadline.state}, {"state": state})
    deadline.state, deadline.settled_by, deadline.settled_at = state, identity.agent_id, utcnow()
    session.flush()
    _trace(session, identity, journal.Event.DEADLINE_SETTLED, deadline, changed)
    if deadline.author_id != identity.agent_id:
        _tell(session, identity, deadline, EventKind.DEADLINE_SETTLED, deadline.author_id)


def remind(session: Session, system: Identity, deadline_id: int) -> None:
    """Tell whoever has an échéance to do that its day has come, and keep that it was told: both or neither.

    ``session`` must act for the system. Whoever may no longer read it is told nothing, as long as they may not.
    """
    to_tell = session.get(Deadline, deadline_id, with_for_update={"skip_locked": True})
    if to_tell is None or not to_tell.is_open or to_tell.reminded_at or to_tell.due_on > today():
        return
    agent = session.get_one(Agent, to_tell.assignee_id)
    if not agent.active or not policies.may_read(identity_of(session, agent), to_tell):
        return
    event = _event(to_tell, EventKind.DEADLINE_DUE, agent.id)
    row = record_event(session, system, event)
    told = [(who.agent_id or 0, why) for who, why in recipients.list_candidates(session, row.id)]
    recipients.notify(session, row.id, told)
    to_tell.reminded_at = utcnow()
    session.flush()
    _trace(session, system, journal.Event.DEADLINE_DUE, to_tell, {})


def _plan(
    session: Session, identity: Identity, company: Company, case: Case | None, plan: PlannedDeadline
) -> Deadline:
    deadline = Deadline(
        siren=company.siren,
        departments=company.departments,
        case_id=case.id if case else None,
        network_id=require_audience(identity, plan.network_id),
        author_id=identity.agent_id,
        what=require_text(plan.what, field="what", absent=EMPTY),
        due_on=_require_day(plan.due_on),
    )
    deadline.assignee_id = _require_reader(session, identity, deadline, plan.assignee_id).id
    return _add(session, identity, deadline)


def _add(session: Session, identity: Identity, deadline: Deadline) -> Deadline:
    session.add(deadline)
    session.flush()
    planned = {"due_on": deadline.due_on, "assignee_id": deadline.assignee_id}
    changed = journal.changes({}, planned)
    _trace(session, identity, journal.Event.DEADLINE_ASSIGNED, deadline, changed)
    if deadline.assignee_id != identity.agent_id:
        _tell(session, identity, deadline, EventKind.DEADLINE_ASSIGNED, deadline.assignee_id)
    return deadline


def _put_off(deadline: Deadline, day: date) -> None:
    """Another day is told anew, once it comes."""
    if day != deadline.due_on:
        deadline.due_on, deadline.reminded_at = day, None


def _require_day(day: date | None) -> date:
    if day is None:
        raise DomainError(NO_DAY, field="due_on")
    if day < today():
        raise DomainError(TOO_EARLY, field="due_on")
    return day


def _require_reader(
    session: Session, identity: Identity, deadline: Deadline, agent_id: int | None
) -> Agent:
    """Return whom an échéance is given to; raise `DomainError` for anybody who may not read it."""
    agent = session.get(Agent, agent_id) if agent_id is not None else None
    if agent is None or not agent.active or agent.suspended_at is not None:
        raise DomainError(NOBODY, field="assignee_id")
    theirs = identity if agent.id == identity.agent_id else identity_of(session, agent)
    if not policies.may_read(theirs, deadline):
        raise DomainError(NOT_A_READER.format(agent.full_name), field="assignee_id")
    return agent


def _require_open(session: Session, identity: Identity, deadline: Deadline) -> None:
    hold(session, deadline)
    if not policies.may_change(identity, deadline):
        raise DomainError(OVER)


def _trace(
    session: Session, identity: Identity, event: journal.Event, deadline: Deadline, changes: Mapping[str, object]
) -> None:  # fmt: skip
    """Journal what was done of an échéance, never what it says."""
    journal.record(
        session, identity, event, siren=deadline.siren, deadline_id=deadline.id, case_id=deadline.case_id,
        network_id=deadline.network_id, changes=dict(changes),
    )  # fmt: skip


def _tell(
    session: Session, identity: Identity, deadline: Deadline, kind: EventKind, agent_id: int
) -> None:
    if agent_id != identity.agent_id:
        events.emit(session, identity, _event(deadline, kind, agent_id))


def _event(deadline: Deadline, kind: EventKind, agent_id: int) -> DomainEvent:
    return DomainEvent(
        kind=kind,
        siren=deadline.siren,
        departments=deadline.departments,
        subject_kind=SUBJECT,
        subject_id=deadline.id,
        occurred_on=today(),
        network_id=deadline.network_id,
        details={
            "agent_id": agent_id,
            "due_on": deadline.due_on.isoformat(),
            "state": deadline.state.value if deadline.state else None,
        },
    )
