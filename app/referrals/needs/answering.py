"""What an expert makes of a need: taken in charge, closed, refused; what nobody answers expires and goes to others."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.database.locks import MEANWHILE
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import bounded
from app.referrals.needs import delays, putting, queries, telling
from app.referrals.needs.models import (
    Actor,
    Cause,
    DeclineReason,
    NeedState,
    Referral,
    ReferralChange,
    ReferralState,
)
from app.referrals.needs.services import WITHDRAWN
from app.referrals.needs.states import ANSWERS

NOT_FROM_HERE = "Ce besoin est « {} » : rouvrez la page pour voir ce que vous pouvez en faire."
NO_LONGER = "Ce besoin ne vous est plus adressé : il n’y a plus rien à y faire. Ce que vous écriviez n’est pas perdu."  # fmt: skip
LEFT = "L’expert a quitté l’annuaire."
NO_REASON = "Choisissez pourquoi ce besoin n’est pas pour vous : il ira à quelqu’un d’autre."
NO_NOTE = "Dites en une phrase pourquoi."


@dataclass(frozen=True, kw_only=True)
class ExpertAnswer:
    """What an expert says; ``shown``: the version of the referral that their page showed."""

    state: ReferralState
    shown: int | None
    reason: DeclineReason | None = None
    note: str | None = ""


def answer(
    session: Session, identity: Identity, referral: Referral, said: ExpertAnswer, *, actor: Actor = Actor.AGENT
) -> Referral:  # fmt: skip
    """Record what an expert makes of a need, put it to others after a refusal, tell who has to know.

    Raise `DomainError`, on ``reason`` or ``note`` if one is missing, when the need was taken back or the page is out of date.
    ``actor`` is the link of an expert without an account when ``identity`` acts for the system.
    """
    note = bounded(said.note, field="note")
    if said.state is ReferralState.NOT_MINE:
        _require_reason(said, note)
    with writing_as_system(session, identity, reason="Réponse à un besoin"):
        held = _held(session, referral.id)
        if held.need.state is NeedState.WITHDRAWN:
            raise DomainError(WITHDRAWN)
        if held.state is ReferralState.REVOKED or (said.state in queries.OPEN and _has_left(held)):
            raise DomainError(NO_LONGER)
        if said.shown != held.version:
            raise DomainError(MEANWHILE)
        if said.state not in ANSWERS[held.state]:
            raise DomainError(NOT_FROM_HERE.format(held.state.label))
        reason = said.reason if said.state is ReferralState.NOT_MINE else None
        agent_id = identity.agent_id if actor is Actor.AGENT else None
        _record(session, held, said.state, actor=actor, agent_id=agent_id, note=note)
        become(held, said.state, reason=reason)
        putting.settle(session, held.need)
        if said.state is ReferralState.NOT_MINE:
            putting.put_again(session, held.need, cause=Cause.REFUSED)
        telling.tell_of_answer(session, held)
    journal.record(
        session, identity, journal.Event.NEED_ANSWERED, siren=held.need.solicitation.siren, need=held.need_id,
        referral=held.id, state=said.state.value, actor=actor.value,
    )  # fmt: skip
    return held


def expire(session: Session, referral_id: int, *, note: str, cause: Cause = Cause.EXPIRED) -> bool:
    """Let a referral that nobody answers expire, and put its need to others; whether there was one to expire. For the system."""
    held = _held(session, referral_id)
    if held.state is not ReferralState.TO_TREAT or held.need.state is NeedState.WITHDRAWN:
        return False
    _pass_on(session, held, ReferralState.EXPIRED, note=note, cause=cause)
    return True


def leave(session: Session, referral_id: int) -> bool:
    """Take from an expert who left the directory what they had to do, and put it to others; whether there was any. For the system."""
    held = _held(session, referral_id)
    if not held.is_open or not queries.has_left(session, held.expert_id):
        return False
    _pass_on(session, held, ReferralState.REVOKED, note=LEFT, cause=Cause.LEFT)
    telling.tell_withdrawn(session, held)
    return True


def _pass_on(
    session: Session, held: Referral, state: ReferralState, *, note: str, cause: Cause
) -> None:
    _record(session, held, state, actor=Actor.SYSTEM, agent_id=None, note=note)
    become(held, state)
    putting.settle(session, held.need)
    putting.put_again(session, held.need, cause=cause)
    journal.record(
        session, putting.SYSTEM, journal.Event.NEED_PASSED_ON, siren=held.need.solicitation.siren,
        need=held.need_id, referral=held.id, state=state.value,
    )  # fmt: skip


def _held(session: Session, referral_id: int) -> Referral:
    """The referral, once its need is locked: two experts of one need answer one after the other."""
    need = queries.hold_need(session, queries.need_of(session, referral_id))
    return next(each for each in need.referrals if each.id == referral_id)


def _has_left(held: Referral) -> bool:
    """Whether its expert is in the directory no more: they may close what they did, and open nothing."""
    antenne = held.expert.antenne
    moments = (held.expert.archived_at, antenne.archived_at, antenne.institution.archived_at)
    return any(moment is not None for moment in moments)


def _record(
    session: Session,
    held: Referral,
    state: ReferralState,
    *,
    actor: Actor,
    agent_id: int | None,
    note: str,
) -> None:
    change = ReferralChange(
        referral_id=held.id,
        before=held.state,
        after=state,
        actor=actor,
        agent_id=agent_id,
        note=note,
    )
    session.add(change)


def become(held: Referral, state: ReferralState, *, reason: DeclineReason | None = None) -> None:
    """Give a referral the state of an answer, until when the next one is expected, since when it is closed."""
    department = putting.department_of(held.need, held.expert.antenne.areas)
    if state is ReferralState.TAKEN:
        held.taken_at = held.taken_at or utcnow()
        held.answer_by = delays.close_by(today(), department=department)
    elif state is ReferralState.TO_TREAT:
        held.taken_at = None
        held.answer_by = delays.answer_by(today(), department=department)
    is_over = state not in (ReferralState.TO_TREAT, ReferralState.TAKEN)
    held.closed_at = utcnow() if is_over else None
    held.state, held.reason, held.version = state, reason, held.version + 1


def _require_reason(said: ExpertAnswer, note: str) -> None:
    if said.reason is None:
        raise DomainError(NO_REASON, field="reason")
    if said.reason is DeclineReason.OTHER and not note:
        raise DomainError(NO_NOTE, field="note")
