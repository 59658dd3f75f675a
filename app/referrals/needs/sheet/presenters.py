"""A need as its page says it, to whoever reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.companies.queries import find_company
from app.core.access.identity import Identity
from app.core.access.permissions import Permission, permits
from app.referrals.criteria import FirmCondition
from app.referrals.directory.models import Expert
from app.referrals.directory.typed import area_name
from app.referrals.needs import policies
from app.referrals.needs.inbox.presenters import BADGES
from app.referrals.needs.models import (
    Actor,
    ConsentHow,
    FirmNeed,
    NeedMessage,
    NeedRouting,
    NeedState,
    Origin,
    Referral,
    ReferralChange,
    ReferralState,
)
from app.referrals.needs.putting import OUT
from app.referrals.needs.sheet import queries
from app.referrals.needs.sheet.queries import Named
from app.referrals.needs.states import ANSWERS
from app.referrals.routing.cards import Need
from app.referrals.routing.engine import GapKind, WhyNot, explain, route
from app.referrals.routing.presenters import explained, to_check_said, why_not_said, why_said
from app.referrals.routing.queries import load_directory

#: what undoes each answer, as its button says it
UNDO: Mapping[ReferralState, tuple[ReferralState, str]] = {
    ReferralState.TAKEN: (ReferralState.TO_TREAT, "Je ne m’en occupe plus"),
    ReferralState.HELPED: (ReferralState.TAKEN, "Reprendre : ce n’est pas terminé"),
    ReferralState.NO_HELP: (ReferralState.TAKEN, "Reprendre : ce n’est pas terminé"),
    ReferralState.UNREACHABLE: (ReferralState.TAKEN, "Reprendre : ce n’est pas terminé"),
    ReferralState.NOT_MINE: (ReferralState.TO_TREAT, "Annuler mon refus"),
}
BY_TEAM = "L’équipe de l’orientation a choisi cet expert."
FOR_FIRM = "Un agent, pour l’entreprise"


@dataclass(frozen=True, kw_only=True)
class ReferralLine:
    """An expert of a need: where they stand, why they, what whoever asks may do for them."""

    referral: Referral
    badge: str | None
    why: Sequence[str]
    to_check: Sequence[str]
    #: whether whoever asks answers for them, and is that expert
    is_mine: bool
    is_me: bool

    @property
    def may_take(self) -> bool:
        """Whether they may say that they take it."""
        return self.is_mine and ReferralState.TAKEN in ANSWERS[self.referral.state] and self.undo is None  # fmt: skip

    @property
    def may_refuse(self) -> bool:
        """Whether they may say that it is not for them."""
        return self.is_mine and ReferralState.NOT_MINE in ANSWERS[self.referral.state]

    @property
    def may_close(self) -> bool:
        """Whether they may say how it ended."""
        return self.is_mine and ReferralState.HELPED in ANSWERS[self.referral.state]

    @property
    def undo(self) -> tuple[ReferralState, str] | None:
        """What undoes their last answer."""
        return UNDO.get(self.referral.state) if self.is_mine else None


@dataclass(frozen=True, kw_only=True)
class RejectedLine:
    """An expert to whom a need was not put, and why not."""

    named: Named
    sentence: str


@dataclass(frozen=True, kw_only=True)
class ChoiceLine:
    """An expert whom the team may choose: where the need stands with them, and what routing says of them."""

    expert: Expert
    state: ReferralState | None
    sentence: str

    @property
    def may_be_chosen(self) -> bool:
        """Whether they do not have it already; who said no or nothing may be asked again."""
        return self.state is None or self.state in OUT


@dataclass(frozen=True, kw_only=True)
class Passed:
    """Something that happened to a need: when, what, by whom, and what was said of it."""

    moment: datetime
    title: str
    by: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageLine:
    """A message of the thread, and who wrote it."""

    message: NeedMessage
    author: str


@dataclass(frozen=True, kw_only=True)
class NeedSheet:
    """Everything that the page of a need shows to whoever asks."""

    need: FirmNeed
    badge: str | None
    place: str
    origin: str
    #: the accompagnement, for whoever reads it
    case_id: int | None
    #: whether the reader may open the page of the firm
    knows_firm: bool
    has_contact: bool
    readings: int
    #: who agreed, in words: for whoever sent it and the team
    consent_by: str
    lines: Sequence[ReferralLine]
    #: none: not for whoever asks
    rejected: Sequence[RejectedLine] | None
    gap: str
    messages: Sequence[MessageLine]
    history: Sequence[Passed]

    @property
    def mine(self) -> Sequence[ReferralLine]:
        """Those for whom whoever asks answers, themselves first."""
        return sorted((each for each in self.lines if each.is_mine), key=lambda each: not each.is_me)  # fmt: skip

    @property
    def is_withdrawn(self) -> bool:
        """Whether nothing more is to be done."""
        return self.need.state is NeedState.WITHDRAWN


def sheet_of(session: Session, identity: Identity, need: FirmNeed) -> NeedSheet:
    """Return the page of a need for whoever asks."""
    asked = need.solicitation
    sees_all = policies.may_withdraw(identity, need) or reads_case(identity, need)
    routings = queries.list_routings(session, identity, need.id) if sees_all else []
    names = queries.names_of(session, identity, _numbers(need, routings))
    services = queries.services_of(session, identity, need)
    return NeedSheet(
        need=need,
        badge=BADGES.get(need.state),
        place=area_name(asked.commune),
        origin=_origin(identity, need),
        case_id=asked.case_id if reads_case(identity, need) else None,
        knows_firm=permits(identity, Permission.COMPANY_READ) and find_company(session, identity, asked.siren) is not None,
        has_contact=queries.has_contact(session, identity, asked.id),
        readings=queries.count_readings(session, identity, asked.id),
        consent_by=asked.consent_by if sees_all or asked.consent_how is ConsentHow.OVERRIDDEN else "",
        lines=[_line(identity, each, names, services) for each in need.referrals],
        rejected=_rejected(need, routings, names) if sees_all else None,
        gap=_gap(need, routings),
        messages=_messages(session, identity, need),
        history=_history(need),
    )  # fmt: skip


def choices_of(
    session: Session, identity: Identity, need: FirmNeed, asked: Need, experts: Sequence[Expert]
) -> list[ChoiceLine]:  # fmt: skip
    """Return the experts whom the team may choose, each with where the need stands with them and what routing says of them."""
    directory = load_directory(session, identity, subject_ids=[need.subject_id])
    routing = route(asked, directory)
    put_to = {each.expert_id: each.state for each in need.referrals}
    return [
        ChoiceLine(
            expert=each, state=put_to.get(each.id),
            sentence=explained(asked, directory, explain(asked, directory, routing, each.id)),
        )
        for each in experts
        if each.id in directory.experts
    ]  # fmt: skip


def reads_case(identity: Identity, need: FirmNeed) -> bool:
    """Whether whoever asks reads the accompagnement that a need was sent from, if it was."""
    case_id = need.solicitation.case_id
    return case_id is not None and case_id in (*identity.case_ids, *identity.former_case_ids)


def _origin(identity: Identity, need: FirmNeed) -> str:
    """The door it came by; that there is an accompagnement is for whoever reads it."""
    origin = need.solicitation.origin
    if origin is Origin.GUICHET or reads_case(identity, need):
        return origin.label
    return FOR_FIRM


def _line(
    identity: Identity, referral: Referral, names: Mapping[int, Named], services: Mapping[int, str]
) -> ReferralLine:  # fmt: skip
    why: dict[str, Any] = referral.why
    sentences, to_check = [BY_TEAM], []
    if why:
        stead = names.get(why.get("stands_for") or 0)
        sentences = why_said(
            service=services.get(referral.expert_id, ""), area=why["area"], met=_conditions(why["met"]),
            is_fallback=why["is_fallback"], stands_for=stead.name if stead else None,
        )  # fmt: skip
        to_check = to_check_said(
            _conditions(why["unknown"]), unsure_area=why["area"] if why["is_area_unsure"] else None
        )
    return ReferralLine(
        referral=referral, badge=BADGES.get(referral.state), why=sentences, to_check=to_check,
        is_mine=permits(identity, Permission.NEED_ANSWER, referral),
        is_me=referral.expert.agent_id == identity.agent_id,
    )  # fmt: skip


def _rejected(
    need: FirmNeed, routings: Sequence[NeedRouting], names: Mapping[int, Named]
) -> list[RejectedLine]:  # fmt: skip
    """Why not to each other expert of the territory, the last time it was put to somebody."""
    put_to = {each.expert_id for each in need.referrals}
    last: dict[int, dict[str, Any]] = {each["expert_id"]: each for one in routings for each in one.rejections}  # fmt: skip
    return [
        RejectedLine(named=names[number], sentence=_why_not(each, names))
        for number, each in sorted(last.items())
        if number not in put_to and number in names
    ]


def _why_not(rejection: Mapping[str, Any], names: Mapping[int, Named]) -> str:
    stead = names.get(rejection["replaced_by"] or 0)
    return why_not_said(
        WhyNot(rejection["refusal"]), failed=_conditions(rejection["failed"]), replaced_by=stead.name if stead else None
    )  # fmt: skip


def _conditions(codes: Sequence[str]) -> list[FirmCondition]:
    return [FirmCondition(code) for code in codes]


def _gap(need: FirmNeed, routings: Sequence[NeedRouting]) -> str:
    last = routings[-1].gap if routings else None
    return GapKind(last).label if last and need.state is NeedState.NOBODY else ""


def _numbers(need: FirmNeed, routings: Sequence[NeedRouting]) -> set[int]:
    """The experts whom the page names beside those of the need."""
    numbers = {each.why.get("stands_for") for each in need.referrals}
    for rejection in (each for one in routings for each in one.rejections):
        numbers |= {rejection["expert_id"], rejection["replaced_by"]}
    return {number for number in numbers if number}


def _messages(session: Session, identity: Identity, need: FirmNeed) -> list[MessageLine]:
    experts = {each.id: each.expert.name for each in need.referrals}
    return [
        MessageLine(
            message=each,
            author=each.author.full_name if each.author else experts.get(each.referral_id or 0, Actor.LINK.label),
        )
        for each in queries.list_messages(session, identity, need.id)
    ]  # fmt: skip


def _history(need: FirmNeed) -> list[Passed]:
    passed = [_passed(referral, change) for referral in need.referrals for change in referral.changes]  # fmt: skip
    if need.withdrawn_at is not None and need.withdrawn_by is not None:
        passed.append(
            Passed(moment=need.withdrawn_at, title="Besoin retiré", by=need.withdrawn_by.label, note=need.withdrawal_reason)
        )  # fmt: skip
    return sorted(passed, key=lambda each: each.moment)


def _passed(referral: Referral, change: ReferralChange) -> Passed:
    who = change.agent.full_name if change.agent else change.actor.label
    if change.before is None:
        title = f"Adressé à {referral.expert.name}"
    else:
        title = f"{referral.expert.name} : {change.before.label} → {change.after.label}"
    return Passed(moment=change.changed_at, title=title, by=who, note=change.note)
