"""Needs that a verdict took back, given back to their experts as they were. For the system, in the transaction of the act."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.referrals.needs import putting, queries, telling
from app.referrals.needs.models import (
    Actor,
    FirmNeed,
    Referral,
    ReferralChange,
    ReferralState,
)
from app.referrals.quality.models import SolicitationDecision

NOTE = "L’équipe est revenue sur sa décision : ce besoin vous est rendu."
SUBJECT = "Un besoin d’entreprise vous est rendu"


def give_back(session: Session, identity: Identity, decision: SolicitationDecision) -> None:
    """Give back each need that the verdict took back, and tell its experts."""
    taken_back = select(FirmNeed.id).where(
        FirmNeed.solicitation_id == decision.solicitation_id,
        # What was taken back before it, by the firm for one, stays so.
        FirmNeed.withdrawn_at >= decision.decided_at,
        FirmNeed.withdrawn_by == Actor.AGENT,
    )
    for need in queries.hold_needs(session, session.scalars(taken_back).all()):
        revoked = [each for each in need.referrals if each.state is ReferralState.REVOKED]
        former = _former(session, decision, [each.id for each in revoked])
        given_back = [each for each in revoked if each.id in former]
        for referral in given_back:
            _become(session, identity, referral, former[referral.id])
        need.withdrawn_at, need.withdrawn_by, need.withdrawal_reason = None, None, ""
        putting.settle(session, need)
        for referral in given_back:
            _tell(session, need, referral)


def _former(
    session: Session, decision: SolicitationDecision, numbers: Sequence[int]
) -> dict[int, ReferralState]:
    """What each referral was before the verdict revoked it: what an expert who left had lost before stays lost."""
    changes = select(ReferralChange.referral_id, ReferralChange.before).where(
        ReferralChange.referral_id.in_(numbers),
        ReferralChange.after == ReferralState.REVOKED,
        ReferralChange.changed_at >= decision.decided_at,
    )
    found = session.execute(changes.order_by(ReferralChange.id))
    return {number: before for number, before in found if before is not None}


def _become(
    session: Session, identity: Identity, referral: Referral, former: ReferralState
) -> None:
    session.add(
        ReferralChange(
            referral_id=referral.id, before=referral.state, after=former, actor=Actor.AGENT,
            agent_id=identity.agent_id, note=NOTE,
        )
    )  # fmt: skip
    referral.state, referral.closed_at = former, None
    referral.version += 1


def _tell(session: Session, need: FirmNeed, referral: Referral) -> None:
    if referral.expert.agent_id is None:
        for write in telling.write_outside:
            write(session, referral)
        return
    telling.tell_agent(
        session, referral.expert.agent_id, need, key=f"referral:{referral.id}:restored:{referral.version}",
        subject=SUBJECT, text=f"Sujet : {need.subject.label}. Répondez d’ici au {referral.answer_by:%d/%m/%Y}.",
    )  # fmt: skip
