"""Put a need to experts, and settle where it stands: in the transaction of the act, as the system, each need locked first."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import system_identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.needs import delays, queries, telling
from app.referrals.needs.models import (
    Actor,
    Cause,
    FirmNeed,
    NeedRouting,
    NeedState,
    Referral,
    ReferralChange,
    ReferralState,
    Solicitation,
)
from app.referrals.needs.states import derived
from app.referrals.routing.cards import Directory, Need, place_of
from app.referrals.routing.engine import GapKind, Proposal, Rejection, Routing, route
from app.referrals.routing.facts import facts_of
from app.referrals.routing.queries import load_directory

SYSTEM = system_identity("Orientation des besoins")
#: needs are put to experts one after the other: how many each has open is what the former ones left
TURNS = 7_146_090
ALREADY = "Ce besoin est déjà adressé à cet expert."
GONE = "Cet expert n’est plus dans l’annuaire : choisissez-en un autre."
AGAIN = "Adressé de nouveau par l’équipe."
#: an expert who answered so is not asked again
OUT = (ReferralState.NOT_MINE, ReferralState.EXPIRED, ReferralState.REVOKED)


def put(session: Session, needs: Sequence[FirmNeed], *, cause: Cause) -> None:
    """Put needs to the experts whom the directory gives now, but those who have it already or said no."""
    take_turn(session, TURNS)
    directory = load_directory(session, SYSTEM, subject_ids=[need.subject_id for need in needs])
    for need in needs:
        said_no = _who_said_no(need)
        routing = route(described(session, need), _without(directory, said_no))
        gap = GapKind.REJECTED if routing.gap and said_no else routing.gap
        session.add(
            NeedRouting(
                need_id=need.id,
                cause=cause,
                gap=gap.value if gap else None,
                rejections=[rejection_of(each) for each in routing.rejections],
            )
        )
        put_to_them = _new(need, routing)
        for proposal in put_to_them:
            _refer(session, need, proposal.expert_id, cause=cause, why=why_of(proposal))
        directory = busier(directory, [each.expert_id for each in put_to_them])
        settle(session, need)


def put_to(session: Session, need: FirmNeed, expert_id: int) -> Referral:
    """Put a need to one expert, chosen by the team, even to one who said no or nothing; raise `DomainError`."""
    expert = queries.find_expert(session, expert_id)
    if expert is None or queries.has_left(session, expert_id):
        raise DomainError(GONE, field="expert_id")
    known = next((each for each in need.referrals if each.expert_id == expert_id), None)
    if known is not None and known.state not in OUT:
        raise DomainError(ALREADY, field="expert_id")
    if known is None:
        known = _refer(session, need, expert_id, cause=Cause.TEAM, why={})
    else:
        _refer_again(session, need, known)
    settle(session, need)
    return known


def put_again(session: Session, need: FirmNeed, *, cause: Cause) -> None:
    """Put a need to others after somebody said no or nothing, unless somebody works on it or has helped."""
    if need.state not in (NeedState.TAKEN, NeedState.HELPED, NeedState.WITHDRAWN):
        put(session, [need], cause=cause)


def settle(session: Session, need: FirmNeed) -> None:
    """Derive where a need stands from its referrals, and tell whoever listens."""
    stand(need)
    session.flush()
    for listener in telling.heard:
        listener(session, need)


def stand(need: FirmNeed) -> None:
    """Derive where a need stands, since when it is taken in charge, since when nobody has anything to do about it."""
    before = need.state
    need.state = derived(
        [referral.state for referral in need.referrals], is_withdrawn=need.withdrawn_at is not None
    )
    taken = [referral.taken_at for referral in need.referrals if referral.taken_at is not None]
    need.taken_at = min(taken, default=None)
    if need.state.is_open:
        need.closed_at = None
    elif before.is_open or need.closed_at is None:
        need.closed_at = utcnow()


def described(session: Session, need: FirmNeed) -> Need:
    """Return a need as routing knows it: what every agent reads of the firm, and what the asker says."""
    asked: Solicitation = need.solicitation
    known = gazetteer()
    area = known.find(asked.commune)
    facts = facts_of(
        session.get(Company, asked.siren), has_debt=asked.has_debt, is_first=asked.is_first
    )
    place = place_of(known, area) if area else None
    return Need(subject_id=need.subject_id, place=place, day=today(), facts=facts)


def _refer(
    session: Session, need: FirmNeed, expert_id: int, *, cause: Cause, why: dict[str, object]
) -> Referral:
    expert = queries.get_expert(session, expert_id)
    referral = Referral(
        need=need, expert=expert, expert_id=expert_id, state=ReferralState.TO_TREAT, cause=cause, why=why,
        answer_by=delays.answer_by(today(), department=department_of(need, expert.antenne.areas)),
    )  # fmt: skip
    session.add(referral)
    session.flush()
    session.add(
        ReferralChange(referral_id=referral.id, after=ReferralState.TO_TREAT, actor=Actor.SYSTEM)
    )
    telling.tell_expert(session, referral)
    return referral


def _refer_again(session: Session, need: FirmNeed, referral: Referral) -> None:
    session.add(
        ReferralChange(
            referral_id=referral.id, before=referral.state, after=ReferralState.TO_TREAT,
            actor=Actor.SYSTEM, note=AGAIN,
        )
    )  # fmt: skip
    department = department_of(need, referral.expert.antenne.areas)
    referral.answer_by = delays.answer_by(today(), department=department)
    referral.state, referral.reason = ReferralState.TO_TREAT, None
    referral.taken_at, referral.closed_at = None, None
    referral.version += 1
    session.flush()
    telling.tell_expert(session, referral)


def busier(directory: Directory, numbers: Collection[int]) -> Directory:
    """Return the directory once one more need is put to each of some experts."""
    cards = [directory.experts[number] for number in numbers]
    return directory.with_experts([replace(card, load=card.load + 1) for card in cards])


def department_of(need: FirmNeed, areas: Collection[str]) -> str:
    """Return the département whose working days are those of an antenne: the first one of its territory, else that of the need."""
    known = gazetteer()
    own = (area.department for area in map(known.find, areas) if area and area.department)
    return next(own, need.solicitation.department)


def _new(need: FirmNeed, routing: Routing) -> list[Proposal]:
    asked = {referral.expert_id for referral in need.referrals}
    return [each for each in routing.proposals if each.expert_id not in asked]


def _who_said_no(need: FirmNeed) -> set[int]:
    return {referral.expert_id for referral in need.referrals if referral.state in OUT}


def _without(directory: Directory, numbers: Collection[int]) -> Directory:
    known = [directory.experts[number] for number in numbers if number in directory.experts]
    if not known:
        return directory
    return directory.with_experts([replace(card, is_archived=True) for card in known])


def why_of(proposal: Proposal) -> dict[str, object]:
    """Return why an expert, as it is kept with what is put to them."""
    return {
        "area": proposal.area,
        "is_area_unsure": proposal.is_area_unsure,
        "met": [condition.value for condition in proposal.check.met],
        "unknown": [condition.value for condition in proposal.check.unknown],
        "stands_for": proposal.stands_for,
        "is_fallback": proposal.is_fallback,
    }


def rejection_of(rejection: Rejection) -> dict[str, object]:
    """Return why not an expert, as it is kept with the need."""
    return {
        "expert_id": rejection.expert_id,
        "refusal": rejection.refusal.value,
        "failed": [condition.value for condition in rejection.failed],
        "replaced_by": rejection.replaced_by,
    }
