"""Where each need stands, in plain words: who calls, what was said; never why somebody else said no, nor what experts write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.now import PARIS, is_within
from app.core.text.french import date_fr
from app.referrals.directory.models import ExpertKind
from app.referrals.guichet.following.models import Satisfaction
from app.referrals.guichet.following.services import CORRECTED_FOR
from app.referrals.needs.models import (
    Actor,
    FirmNeed,
    NeedState,
    Referral,
    ReferralState,
    Solicitation,
)

SENT = "Les conseillers qui peuvent vous répondre ont reçu votre demande. L’un d’eux vous appelle au plus tard le {}."
SEARCHED = "Nous cherchons le conseiller qui peut vous répondre : une équipe s’en occupe."
TAKEN = "{} s’en occupe et vous appelle."
SENTENCES = {
    NeedState.HELPED: "{} vous a proposé une aide.",
    NeedState.NO_HELP: "{} n’a pas d’aide à proposer pour ce besoin.",
    NeedState.UNREACHABLE: "{} a essayé de vous joindre, sans succès.",
}
ANSWER_OF = {
    NeedState.TAKEN: ReferralState.TAKEN,
    NeedState.HELPED: ReferralState.HELPED,
    NeedState.NO_HELP: ReferralState.NO_HELP,
    NeedState.UNREACHABLE: ReferralState.UNREACHABLE,
}
BY_FIRM, BY_TEAM = "Vous avez retiré ce besoin le {}.", "Ce besoin a été retiré le {}."


@dataclass(frozen=True, kw_only=True)
class FollowedNeed:
    """A need as its firm reads it."""

    number: int
    wording: str
    sentence: str
    is_open: bool
    #: whether it is asked whether it helped; whether that was answered; until when it is corrected
    is_asked: bool
    is_answered: bool
    may_answer: bool


def followed(
    solicitation: Solicitation, opinions: Mapping[int, Satisfaction]
) -> Sequence[FollowedNeed]:
    """Return the needs of a request."""
    return [_need(need, opinions.get(need.id)) for need in solicitation.needs]


def sentence_of(need: FirmNeed) -> str:
    """Return where a need stands, in a sentence."""
    if need.state is NeedState.WITHDRAWN:
        told = BY_FIRM if need.withdrawn_by is Actor.FIRM else BY_TEAM
        return told.format(
            date_fr(need.withdrawn_at.astimezone(PARIS) if need.withdrawn_at else None)
        )
    if need.state is NeedState.TO_TREAT:
        waiting = [
            each.answer_by for each in need.referrals if each.state is ReferralState.TO_TREAT
        ]
        return SENT.format(date_fr(max(waiting)))
    if need.state is NeedState.NOBODY:
        return SEARCHED
    who = " et ".join(_who(each) for each in need.referrals if each.state is ANSWER_OF[need.state])
    return SENTENCES.get(need.state, TAKEN).format(who)


def _who(referral: Referral) -> str:
    expert = referral.expert
    institution = expert.antenne.institution.name
    return f"{expert.name} ({institution})" if expert.kind is ExpertKind.PERSON else institution


def _need(need: FirmNeed, opinion: Satisfaction | None) -> FollowedNeed:
    answered_at = opinion.answered_at if opinion else None
    return FollowedNeed(
        number=need.id,
        wording=need.subject.public_wording or need.subject.label,
        sentence=sentence_of(need),
        is_open=need.state.is_open,
        is_asked=opinion is not None,
        is_answered=answered_at is not None,
        may_answer=opinion is not None
        and (answered_at is None or is_within(answered_at, CORRECTED_FOR)),
    )
