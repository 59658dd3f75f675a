"""The rows of a history that is lived in memory, as the services write them; kept until all of them are written at once."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.now import utcnow
from app.demo.orienting.opinions import opinion_of
from app.referrals.directory.models import Expert
from app.referrals.guichet.following.models import Satisfaction
from app.referrals.needs import putting
from app.referrals.needs.models import (
    Actor,
    Cause,
    CheckVerdict,
    ContactReading,
    FirmNeed,
    NeedMessage,
    NeedRouting,
    NeedState,
    Referral,
    ReferralChange,
    ReferralState,
    Solicitation,
    SolicitationContact,
)
from app.referrals.needs.services import NewSolicitation
from app.referrals.quality.models import SolicitationDecision
from app.referrals.routing.engine import Routing


class Written:
    """Rows without numbers yet; each bears the moment of its act."""

    def __init__(self) -> None:
        self.solicitations: list[Solicitation] = []
        self.needs: list[FirmNeed] = []
        self.referrals: list[Referral] = []
        self._of_solicitations: list[
            tuple[Solicitation, SolicitationContact | SolicitationDecision]
        ] = []
        self._of_needs: list[tuple[FirmNeed, NeedRouting | NeedMessage | Satisfaction]] = []
        self._of_referrals: list[
            tuple[Referral, ReferralChange | NeedMessage | ContactReading]
        ] = []

    def solicitation(self, asked: NewSolicitation, *, author_id: int | None) -> list[FirmNeed]:
        """Write what a firm asks; return its needs."""
        moment, commune = utcnow(), asked.commune
        solicitation = Solicitation(
            origin=asked.origin, siren=asked.siren, firm_name=asked.firm_name, commune=commune.code if commune else "",
            department=commune.department if commune else "", message=asked.message, has_debt=asked.has_debt,
            is_first=asked.is_first, case_id=asked.case_id, author_id=author_id, created_at=moment,
            consent_text=asked.consent_text,
            verdict=CheckVerdict.TO_CHECK,
            consent_how=asked.consent.how, consent_by=asked.consent.by, consent_on=asked.consent.on,
        )  # fmt: skip
        contact = SolicitationContact(
            name=asked.asker.name, telephone=asked.asker.telephone, email=asked.asker.email
        )
        self.solicitations.append(solicitation)
        self._of_solicitations.append((solicitation, contact))
        needs = [
            FirmNeed(solicitation=solicitation, subject_id=number, state=NeedState.NOBODY, created_at=moment)
            for number in asked.subject_ids
        ]  # fmt: skip
        self.needs += needs
        return needs

    def routing(self, need: FirmNeed, cause: Cause, routing: Routing) -> None:
        """Write why a need is not put to others."""
        row = NeedRouting(
            cause=cause, routed_at=utcnow(), gap=routing.gap.value if routing.gap else None,
            rejections=[putting.rejection_of(each) for each in routing.rejections],
        )  # fmt: skip
        self._of_needs.append((need, row))

    def referral(
        self, need: FirmNeed, expert: Expert, *, cause: Cause, why: Mapping[str, object], answer_by: date
    ) -> Referral:  # fmt: skip
        """Write that a need is put to an expert."""
        referral = Referral(
            need=need, expert=expert, expert_id=expert.id, state=ReferralState.TO_TREAT, cause=cause, why=dict(why),
            sent_at=utcnow(), answer_by=answer_by, version=0,
        )  # fmt: skip
        self.referrals.append(referral)
        self.change(referral, ReferralState.TO_TREAT, actor=Actor.SYSTEM, is_first=True)
        return referral

    def change(
        self, referral: Referral, after: ReferralState, *, actor: Actor, agent_id: int | None = None, note: str = "",
        is_first: bool = False,
    ) -> None:  # fmt: skip
        """Write that a referral is about to change."""
        row = ReferralChange(
            before=None if is_first else referral.state, after=after, actor=actor, agent_id=agent_id, note=note,
            changed_at=utcnow(),
        )  # fmt: skip
        self._of_referrals.append((referral, row))

    def revocation(self, referral: Referral, actor: Actor, *, agent_id: int | None, reason: str) -> None:  # fmt: skip
        """Write that nothing is expected of an expert any more."""
        self.change(referral, ReferralState.REVOKED, actor=actor, agent_id=agent_id, note=reason)
        referral.state, referral.version = ReferralState.REVOKED, referral.version + 1
        referral.closed_at = utcnow()

    def withdrawal(self, need: FirmNeed, actor: Actor, reason: str) -> None:
        """Write that a need is taken back."""
        need.withdrawn_at, need.withdrawn_by, need.withdrawal_reason = utcnow(), actor, reason

    def verdict(self, solicitation: Solicitation, verdict: CheckVerdict, *, by: int) -> None:
        """Write what the team finds of a solicitation."""
        solicitation.verdict, solicitation.verdict_at, solicitation.verdict_by = (
            verdict,
            utcnow(),
            by,
        )

    def message(self, referral: Referral, body: str) -> None:
        """Write what an expert says in the thread of a need: as an agent, or by their link."""
        author_id = referral.expert.agent_id
        row = NeedMessage(author_id=author_id, body=body, written_at=utcnow())
        self._of_needs.append((referral.need, row))
        if author_id is None:
            self._of_referrals.append((referral, row))

    def reading(self, referral: Referral) -> None:
        """Write that an expert was shown whom to call, as they take the need in charge."""
        row = ContactReading(agent_id=referral.expert.agent_id, read_at=utcnow())
        self._of_referrals.append((referral, row))

    def flush(self, session: Session, who: Identity) -> None:
        """Write everything, and a line of the journal a solicitation."""
        session.add_all([*self.solicitations, *self.needs, *self.referrals])
        session.flush()
        for solicitation, told in self._of_solicitations:
            told.solicitation_id = solicitation.id
        for need, row in self._of_needs:
            row.need_id = need.id
        for referral, entry in self._of_referrals:
            self._place(referral, entry)
        for need in self.needs:
            self._hear(need)
        rows = [row for _, row in (*self._of_solicitations, *self._of_needs, *self._of_referrals)]
        session.add_all(dict.fromkeys(rows))
        session.flush()
        subjects = _subjects(self.needs)
        for each in self.solicitations:
            journal.record(
                session, who, journal.Event.NEED_SENT, siren=each.siren, solicitation=each.id,
                subjects=subjects[each.id], consent=each.consent_how.value,
            )  # fmt: skip

    def _hear(self, need: FirmNeed) -> None:
        """Write what the firm was asked of a need that ended, and what it answered."""
        opinion = opinion_of(need, until=utcnow())
        if opinion is not None:
            opinion.need_id = need.id
            self._of_needs.append((need, opinion))

    @staticmethod
    def _place(referral: Referral, row: ReferralChange | NeedMessage | ContactReading) -> None:
        if isinstance(row, ContactReading):
            row.solicitation_id = referral.need.solicitation_id
            row.referral_id = None if row.agent_id else referral.id
        else:
            row.referral_id = referral.id


def _subjects(needs: Sequence[FirmNeed]) -> Mapping[int, list[int]]:
    subjects: dict[int, list[int]] = {}
    for need in needs:
        subjects.setdefault(need.solicitation_id, []).append(need.subject_id)
    return subjects
