"""Propose accompagnements to a colleague, who takes them or declines; until then nothing changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.assignments.services import find_colleague
from app.cases.handover import queries
from app.cases.handover.models import Handover, HandoverLine, HandoverOutcome, HandoverState
from app.cases.members import services as members
from app.cases.models import Case, MemberRole
from app.cases.queries import list_held
from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.access.permissions import ON_FIRMS
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.front.addresses import path_to
from app.core.now import utcnow
from app.core.text.bounds import bounded, require_text
from app.core.text.french import counted_fr, de_fr
from app.habilitations.queries import identity_of
from app.messages import bell
from app.messages.models import Reason

#: for how long a former référent still reads what they handed over
READABLE = timedelta(days=30)
NOTHING = "Choisissez au moins un accompagnement."
OVER = "Cette transmission a déjà reçu une réponse."
NOT_A_LEADER = "Choisissez un agent dans la liste."
NOT_ONESELF = "Choisissez quelqu’un d’autre."
WHY_NOT = "Dites en quelques mots pourquoi."
#: why Vigie acts in the place of whoever proposes or answers
TOLD = "Annonce d’une transmission"


@dataclass(kw_only=True)
class Proposed:
    """A handover as it was proposed, and why other accompagnements are not in it, by reason."""

    handover: Handover
    count: int
    left_out: dict[str, int] = field(default_factory=dict)


def require_taker(
    session: Session, identity: Identity, agent_id: int | None
) -> tuple[Agent, Identity]:
    """Return a colleague who may lead accompagnements, and what they may read; raise `DomainError`."""
    colleague = find_colleague(session, identity, agent_id or 0)
    return colleague, _leading(session, colleague)


def reads(taker: Identity, case: Case) -> bool:
    """Return whether an agent may lead an accompagnement: in its département, or as one who takes part; `members` must be loaded."""
    return taker.covers([case.department]) or case.is_contributor(taker.agent_id)


def propose(
    session: Session, identity: Identity, former: Agent, *,
    case_ids: Sequence[int] | None, taker_id: int | None, note: str | None,
) -> Proposed:  # fmt: skip
    """Ask a colleague to take accompagnements of ``former``: these, or all of them. Nobody is referent any less until they answer."""
    colleague, taker = require_taker(session, identity, taker_id)
    if colleague.id == former.id:
        raise DomainError(NOT_ONESELF, field="choice")
    portfolio = [row[0].id for row in queries.list_portfolio(session, identity, former.id)]
    wanted = portfolio if case_ids is None else [n for n in portfolio if n in set(case_ids)]
    if not wanted:
        raise DomainError(NOTHING, field="cases")
    return _propose(session, identity, former, (colleague, taker), wanted, note)


def propose_one(
    session: Session, identity: Identity, former: Agent, case: Case, *,
    taker_id: int | None, note: str | None,
) -> Proposed:  # fmt: skip
    """Ask somebody of any administration, who reads what the zone knows of the firm, to take an accompagnement of its référent."""
    offered = queries.list_leaders(session, identity, case)
    chosen = next((agent for agent in offered if agent.id == taker_id), None)
    if chosen is None:
        raise DomainError(NOT_A_LEADER, field="choice")
    taker = _leading(session, chosen)
    return _propose(session, identity, former, (chosen, taker), [case.id], note)


def _leading(session: Session, agent: Agent) -> Identity:
    """What somebody may read; raise `DomainError` when they may not lead accompagnements."""
    theirs = identity_of(session, agent)
    if not theirs.is_habilitated or not theirs.has_role(*ON_FIRMS):
        raise DomainError(f"{agent.full_name} n’a pas d’habilitation en cours.", field="choice")
    return theirs


def _propose(
    session: Session, identity: Identity, former: Agent, whom: tuple[Agent, Identity],
    wanted: Sequence[int], note: str | None,
) -> Proposed:  # fmt: skip
    colleague, taker = whom
    offered, left_out = _sorted(session, former, taker, list_held(session, wanted))
    if not offered:
        raise DomainError(f"Rien ne peut être transmis : {', '.join(left_out)}.", field="choice")
    handover = Handover(
        former_id=former.id, taker_id=colleague.id, asked_by=identity.agent_id,
        note=bounded(note, field="note"),
    )  # fmt: skip
    session.add(handover)
    session.flush()
    session.add_all(HandoverLine(handover_id=handover.id, case_id=each) for each in offered)
    session.flush()
    _trace(session, identity, journal.Event.HANDOVER_ASKED, handover, cases=offered)
    _tell_asked(session, identity, handover, len(offered))
    return Proposed(handover=handover, count=len(offered), left_out=left_out)


def accept(session: Session, identity: Identity, handover: Handover) -> int:
    """Take what was proposed, as far as it still may be: each accompagnement is looked at as it is now. Return how many were taken."""
    _require_pending(session, handover)
    lines = queries.list_lines(session, handover)
    held = {case.id: case for case in list_held(session, [line.case_id for line in lines])}
    until = utcnow() + READABLE
    taken = []
    for line in lines:
        line.outcome = line.outcome or _outcome(identity, handover, held.get(line.case_id))
        if line.outcome is HandoverOutcome.TAKEN:
            case = held[line.case_id]
            leaving = [m for m in case.active_members if m.agent_id == handover.former_id]
            members.take_over(session, identity, case, identity, leaving=leaving, until=until)
            taken.append(case.id)
    state = HandoverState.TAKEN if taken else HandoverState.VOID
    _answer(session, identity, handover, state, cases=taken)
    return len(taken)


def decline(session: Session, identity: Identity, handover: Handover, reason: str | None) -> None:
    """Leave everything as it was, and say why to whoever asked."""
    _require_pending(session, handover)
    handover.reason = require_text(reason, field="reason", absent=WHY_NOT)
    _answer(session, identity, handover, HandoverState.DECLINED)


def withdraw(session: Session, identity: Identity, handover: Handover) -> None:
    """Ask no more."""
    _require_pending(session, handover)
    _answer(session, identity, handover, HandoverState.WITHDRAWN)


def settle(session: Session, identity: Identity, case_id: int) -> None:
    """Take an accompagnement that is over out of the handovers that wait; one where nothing is left is void, and says so."""
    with writing_as_system(session, identity, reason="Accompagnement terminé"):
        pending = select(Handover.id).where(Handover.state == HandoverState.PROPOSED)
        line = (HandoverLine.case_id == case_id, HandoverLine.handover_id.in_(pending))
        ended = update(HandoverLine).where(*line).values(outcome=HandoverOutcome.CLOSED)
        concerned = session.scalars(ended.returning(HandoverLine.handover_id)).all()
        left = exists().where(
            HandoverLine.handover_id == Handover.id, HandoverLine.outcome.is_(None)
        )
        void = update(Handover).where(Handover.id.in_(concerned), ~left)
        void = void.values(state=HandoverState.VOID, answered_at=utcnow())
        emptied = session.scalars(void.returning(Handover.id)).all()
        bell.settle(session, [_key(number) for number in emptied])


def _sorted(
    session: Session, former: Agent, taker: Identity, held: Sequence[Case]
) -> tuple[list[int], dict[str, int]]:
    """The accompagnements that may be proposed, and how many may not, by reason."""
    waiting = queries.list_proposed(session, former.id, [case.id for case in held])
    offered: list[int] = []
    left_out: dict[str, int] = {}
    for case in held:
        reason = None
        if not case.is_open:
            reason = "terminé entre-temps"
        elif case.id in waiting:
            reason = "déjà proposé à quelqu’un"
        elif not reads(taker, case):
            reason = f"hors de la zone {de_fr(taker.name)}"
        if reason is None:
            offered.append(case.id)
        else:
            left_out[reason] = left_out.get(reason, 0) + 1
    return offered, left_out


def _outcome(identity: Identity, handover: Handover, case: Case | None) -> HandoverOutcome:
    if case is None or not reads(identity, case):
        return HandoverOutcome.OUT_OF_REACH
    if not case.is_open:
        return HandoverOutcome.CLOSED
    refers = any(
        member.agent_id == handover.former_id and member.role is MemberRole.REFERENT
        for member in case.active_members
    )
    return HandoverOutcome.TAKEN if refers else HandoverOutcome.NOT_REFERENT


def _require_pending(session: Session, handover: Handover) -> None:
    hold(session, handover)
    if not handover.is_pending:
        raise DomainError(OVER)


def _answer(
    session: Session, identity: Identity, handover: Handover, state: HandoverState, *, cases: Sequence[int] = ()
) -> None:  # fmt: skip
    handover.state, handover.answered_at = state, utcnow()
    session.flush()
    _trace(session, identity, journal.Event.HANDOVER_ANSWERED, handover, cases=cases)
    path = path_to("case_handovers.detail", handover_id=handover.id)
    told = {handover.asked_by, handover.former_id} - {identity.agent_id}
    subject = (
        f"{identity.name} a répondu à une transmission d’accompagnements : {state.label.lower()}"
    )
    with writing_as_system(session, identity, reason=TOLD):
        bell.settle(session, [_key(handover.id)])
        for agent_id in sorted(told) if state is not HandoverState.WITHDRAWN else ():
            key = f"{_key(handover.id)}:answered:{agent_id}"
            bell.announce(
                session, agent_id=agent_id, key=key, subject=subject, path=path, reason=Reason.ASKED
            )


def _tell_asked(session: Session, identity: Identity, handover: Handover, count: int) -> None:
    subject = f"{identity.name} vous propose {counted_fr(count, 'accompagnement')} à prendre"
    path = path_to("case_handovers.detail", handover_id=handover.id)
    with writing_as_system(session, identity, reason=TOLD):
        bell.announce(
            session, agent_id=handover.taker_id, key=_key(handover.id), subject=subject, path=path,
            reason=Reason.DECIDES,
        )  # fmt: skip


def _key(handover_id: int) -> str:
    return f"handover:{handover_id}"


def _trace(
    session: Session, identity: Identity, event: journal.Event, handover: Handover, *, cases: Sequence[int] = ()
) -> None:  # fmt: skip
    """Journal who hands what to whom, never the note."""
    journal.record(
        session, identity, event, handover=handover.id, agent_id=handover.taker_id,
        leaving=[handover.former_id], outcome=handover.state, cases=list(cases),
    )  # fmt: skip
