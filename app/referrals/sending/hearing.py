"""What follows the answers to a need in the accompagnement it was sent from: its timeline, and the bell of whoever works on it."""

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.services import emit_event
from app.core.work.events import EventKind
from app.referrals.needs.models import FirmNeed, ReferralState
from app.referrals.needs.putting import SYSTEM
from app.referrals.sending import queries

#: states of a referral that are nobody’s answer
SILENT = (ReferralState.TO_TREAT, ReferralState.REVOKED)


def hear(session: Session, need: FirmNeed) -> None:
    """Tell, in the accompagnement a need was sent from, each answer once, and that it was taken back. For the system.

    Events say the state alone, never the subject nor who answers: the zone of the establishment reads that an accompagnement lives.
    """
    case_id = need.solicitation.case_id
    if case_id is None:
        return
    case = session.get_one(Case, case_id)
    _tell_answers(session, case, need)
    if need.withdrawn_at is not None:
        told = queries.told_of(session, case, EventKind.REFERRAL_WITHDRAWN)
        if need.id not in {each["need"] for each in told}:
            details = {"need": need.id}
            emit_event(session, SYSTEM, case, kind=EventKind.REFERRAL_WITHDRAWN, details=details)


def _tell_answers(session: Session, case: Case, need: FirmNeed) -> None:
    answered = [each for each in need.referrals if each.version and each.state not in SILENT]
    if not answered:
        return
    known = queries.told_of(session, case, EventKind.REFERRAL_ANSWERED)
    last = {each["referral"]: each["version"] for each in known}
    for referral in answered:
        if last.get(referral.id) != referral.version:
            details: dict[str, str | int | None] = {
                "referral": referral.id, "version": referral.version, "state": referral.state.value,
            }  # fmt: skip
            emit_event(session, SYSTEM, case, kind=EventKind.REFERRAL_ANSWERED, details=details)
