"""Say what a solicitation is, undo it within an hour, write to the asker once it can no longer be undone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.bounds import normalised
from app.messages import outbox
from app.referrals.needs import services as needs
from app.referrals.needs.models import (
    LONGEST_REASON,
    Actor,
    CheckVerdict,
    NeedState,
    Solicitation,
    SolicitationContact,
)
from app.referrals.quality.checks import letters, queries, restoring
from app.referrals.quality.models import CheckLetter, SolicitationDecision

NO_VERDICT = "Choisissez ce qu’est cette demande."
NO_REASON = "Dites pourquoi : les experts à qui le besoin est retiré le liront."
WRONG_LETTER = "Cette lettre ne va pas avec ce que vous avez choisi : prenez celle qui y répond, ou aucune."  # fmt: skip
NO_ADDRESS = "Le demandeur n’a pas laissé d’adresse électronique : choisissez « Aucune lettre »."
ALREADY = "Un collègue a déjà contrôlé cette demande : rouvrez la page pour lire ce qu’il en dit."
TOO_LATE = "Une heure a passé, ou la lettre est partie : cette décision ne s’annule plus."


@dataclass(frozen=True, kw_only=True)
class CheckFinding:
    """What the team finds of a solicitation; ``letter``: what is written to the asker, if anything."""

    verdict: CheckVerdict | None
    reason: str | None = ""
    letter: CheckLetter | None = None


def decide(
    session: Session, identity: Identity, solicitation: Solicitation, found: CheckFinding
) -> SolicitationDecision:
    """Keep a verdict; any but « conforme » takes the needs back. Raise `DomainError`."""
    reason = " ".join(normalised(found.reason).split())
    _require(session, identity, solicitation, found, reason)
    decision = _keep(session, identity, solicitation.id, found, reason)
    open_needs = [
        need
        for need in queries.list_needs(session, solicitation.id)
        if need.state is not NeedState.WITHDRAWN
    ]
    if found.verdict is not CheckVerdict.RIGHT and open_needs:
        needs.withdraw(session, identity, open_needs, reason=reason, actor=Actor.AGENT)
    journal.record(
        session, identity, journal.Event.SOLICITATION_CHECKED, siren=solicitation.siren,
        solicitation=solicitation.id, verdict=decision.verdict.label, letter=found.letter.label if found.letter else None,
    )  # fmt: skip
    return decision


def accept(session: Session, identity: Identity, numbers: Sequence[int]) -> int:
    """Find several solicitations « conforme » at once; return how many were: those that somebody checked meanwhile are left as they are."""
    with writing_as_system(session, identity, reason="Contrôle des demandes"):
        waiting = [
            (each.id, each.siren)
            for each in queries.hold(session, sorted(set(numbers)))
            if each.verdict is CheckVerdict.TO_CHECK
        ]
    for number, siren in waiting:
        _keep(session, identity, number, CheckFinding(verdict=CheckVerdict.RIGHT), "")
        journal.record(
            session, identity, journal.Event.SOLICITATION_CHECKED, siren=siren, solicitation=number,
            verdict=CheckVerdict.RIGHT.label, letter=None,
        )  # fmt: skip
    return len(waiting)


def undo(session: Session, identity: Identity, decision: SolicitationDecision) -> None:
    """Undo a verdict within an hour: the solicitation is to be checked again, its needs are given back; raise `DomainError`."""
    siren = decision.solicitation.siren
    with writing_as_system(session, identity, reason="Contrôle des demandes"):
        (held,) = queries.hold(session, [decision.solicitation_id])
        session.refresh(decision)
        if not decision.may_be_undone:
            raise DomainError(TOO_LATE)
        held.verdict, held.verdict_at, held.verdict_by = CheckVerdict.TO_CHECK, None, None
        restoring.give_back(session, identity, decision)
    decision.undone_at, decision.undone_by = utcnow(), identity.agent_id
    session.flush()
    journal.record(
        session, identity, journal.Event.SOLICITATION_CHECK_UNDONE, siren=siren,
        solicitation=decision.solicitation_id, verdict=decision.verdict.label,
    )  # fmt: skip


def write_letter(session: Session, decision_id: int) -> bool:
    """Write to the asker, once; whether there was something to write. For the system, one transaction a letter."""
    decision = session.get(SolicitationDecision, decision_id, with_for_update=True)
    if decision is None or decision.letter is None or decision.letter_at or decision.undone_at:
        return False
    contact = session.get(SolicitationContact, decision.solicitation_id)
    if contact is None or not contact.email:
        return False
    decision.letter_at = utcnow()
    outbox.post_to(
        session, address=contact.email, key=f"solicitation_decision:{decision.id}:letter",
        letter=letters.letter_of(decision.letter),
    )  # fmt: skip
    return True


def _keep(
    session: Session, identity: Identity, number: int, found: CheckFinding, reason: str
) -> SolicitationDecision:
    moment, verdict = utcnow(), found.verdict or CheckVerdict.RIGHT
    with writing_as_system(session, identity, reason="Contrôle des demandes"):
        (held,) = queries.hold(session, [number])
        if held.verdict is not CheckVerdict.TO_CHECK:
            raise DomainError(ALREADY)
        held.verdict, held.verdict_at, held.verdict_by = verdict, moment, identity.agent_id
    decision = SolicitationDecision(
        solicitation_id=number, verdict=verdict, reason=reason, letter=found.letter,
        decided_by=identity.agent_id, decided_at=moment,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    return decision


def _require(
    session: Session,
    identity: Identity,
    solicitation: Solicitation,
    found: CheckFinding,
    reason: str,
) -> None:
    if found.verdict is None or found.verdict is CheckVerdict.TO_CHECK:
        raise DomainError(NO_VERDICT, field="verdict")
    if found.verdict is not CheckVerdict.RIGHT and not reason:
        raise DomainError(NO_REASON, field="reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError(f"Raccourcissez : {LONGEST_REASON} caractères au plus.", field="reason")
    if found.letter is None:
        return
    if letters.OF_VERDICT.get(found.verdict) is not found.letter:
        raise DomainError(WRONG_LETTER, field="letter")
    if not queries.has_address(session, identity, solicitation.id):
        raise DomainError(NO_ADDRESS, field="letter")
