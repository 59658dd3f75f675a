"""Read needs: those that whoever asks answers, sent, or follows in an accompagnement. Row-level security leaves out the others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import Slice, slice_of
from app.core.errors import DomainError, NotFoundError
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.directory.models import Antenne, Expert, ReferralSubject
from app.referrals.needs.models import (
    FirmNeed,
    NeedState,
    Referral,
    ReferralChange,
    ReferralState,
    Solicitation,
    SolicitationContact,
)
from app.referrals.routing.cards import Need, place_of
from app.referrals.routing.facts import facts_of

#: what counts as an open need of an expert
OPEN = (ReferralState.TO_TREAT, ReferralState.TAKEN)
GONE = "Ce besoin n’existe plus, ou n’est plus pour vous."
_EXPERT = (joinedload(Expert.antenne).joinedload(Antenne.institution),)


def get_need(session: Session, _identity: Identity, need_id: int) -> FirmNeed:
    """Return a need with its solicitation, its experts and what each answered; raise `NotFoundError`."""
    referral = selectinload(FirmNeed.referrals)
    need = session.scalar(
        select(FirmNeed)
        .where(FirmNeed.id == need_id)
        .options(
            joinedload(FirmNeed.subject),
            joinedload(FirmNeed.solicitation).joinedload(Solicitation.author),
            referral.joinedload(Referral.expert).options(*_EXPERT),
            referral.selectinload(Referral.changes).joinedload(ReferralChange.agent),
        )
    )
    if need is None:
        raise NotFoundError
    return need


def get_referral(session: Session, _identity: Identity, referral_id: int) -> Referral:
    """Return a referral with its need and its expert; raise `NotFoundError`."""
    referral = session.scalar(
        select(Referral)
        .where(Referral.id == referral_id)
        .options(
            joinedload(Referral.expert).options(*_EXPERT, joinedload(Expert.antenne).selectinload(Antenne.managers)),
            joinedload(Referral.need).options(joinedload(FirmNeed.subject), joinedload(FirmNeed.solicitation)),
        )
    )  # fmt: skip
    if referral is None:
        raise NotFoundError
    return referral


def get_contact(session: Session, _identity: Identity, solicitation_id: int) -> SolicitationContact:
    """Return whom to call; raise `NotFoundError`, once it was taken back too."""
    contact = session.get(SolicitationContact, solicitation_id)
    if contact is None:
        raise NotFoundError
    return contact


def slice_of_needs(
    session: Session, _identity: Identity, cursor: str | None, *, states: Collection[NeedState] = ()
) -> Slice[FirmNeed]:
    """Return the needs that whoever asks reads, the latest first."""
    needs = select(FirmNeed).options(
        joinedload(FirmNeed.subject), joinedload(FirmNeed.solicitation)
    )
    if states:
        needs = needs.where(FirmNeed.state.in_(states))
    return slice_of(session, needs, key=[FirmNeed.id.desc()], cursor=cursor).scalars()


def hold_need(session: Session, need_id: int) -> FirmNeed:
    """Return a need, locked, with what acts read of it; raise `DomainError` when it is gone. For the system."""
    return hold_needs(session, [need_id])[0]


def hold_needs(session: Session, numbers: Sequence[int]) -> Sequence[FirmNeed]:
    """Return needs, locked in the order of their numbers, with what acts read of each; raise `DomainError`. For the system."""
    wanted = sorted(numbers)
    session.execute(select(FirmNeed.id).where(FirmNeed.id.in_(wanted)).order_by(FirmNeed.id).with_for_update())  # fmt: skip
    held = session.scalars(_whole(wanted).execution_options(populate_existing=True)).all()
    if len(held) != len(wanted):
        raise DomainError(GONE)
    for need in held:
        for referral in need.referrals:
            set_committed_value(referral, "need", need)
    return held


def need_of(session: Session, referral_id: int) -> int:
    """Return the number of the need of a referral; raise `DomainError` when it is gone."""
    need_id = session.scalar(select(Referral.need_id).where(Referral.id == referral_id))
    if need_id is None:
        raise DomainError(GONE)
    return need_id


def find_expert(session: Session, expert_id: int) -> Expert | None:
    """Return an expert with their antenne, archived or not."""
    return session.scalar(select(Expert).where(Expert.id == expert_id).options(*_EXPERT))


def get_expert(session: Session, expert_id: int) -> Expert:
    """Return an expert of the directory with their antenne; raise `NotFoundError`."""
    expert = find_expert(session, expert_id)
    if expert is None:
        raise NotFoundError
    return expert


def current_subjects(session: Session, numbers: Collection[int]) -> set[int]:
    """Return those of some subjects that are still in the directory."""
    current = (ReferralSubject.id.in_(numbers), ReferralSubject.archived_at.is_(None))
    return set(session.scalars(select(ReferralSubject.id).where(*current)))


def open_counts(session: Session, numbers: Collection[int]) -> Mapping[int, int]:
    """Return how many needs each of some experts has open; see `routing.queries.loads`. Read with the system's rights."""
    counted = (
        select(Referral.expert_id, func.count())
        .where(Referral.expert_id.in_(numbers), Referral.state.in_(OPEN))
        .group_by(Referral.expert_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def past_needs(session: Session, _identity: Identity, since: date) -> Iterable[Need]:
    """Yield the needs filed since a day, as routing knows them; see `routing.trials.past_needs`."""
    known = gazetteer()
    filed = (
        select(FirmNeed.subject_id, FirmNeed.created_at, Solicitation, Company)
        .join(Solicitation, Solicitation.id == FirmNeed.solicitation_id)
        .outerjoin(Company, Company.siren == Solicitation.siren)
        .where(FirmNeed.created_at >= since)
        .order_by(FirmNeed.id)
    )
    for subject_id, created_at, asked, company in session.execute(filed):
        area = known.find(asked.commune)
        facts = facts_of(company, has_debt=asked.has_debt, is_first=asked.is_first)
        place = place_of(known, area) if area else None
        yield Need(subject_id=subject_id, place=place, day=created_at.date(), facts=facts)


def _whole(numbers: Sequence[int]) -> Select[FirmNeed]:
    referral = selectinload(FirmNeed.referrals)
    return (
        select(FirmNeed)
        .where(FirmNeed.id.in_(numbers))
        .order_by(FirmNeed.id)
        .options(
            joinedload(FirmNeed.subject),
            joinedload(FirmNeed.solicitation),
            referral.joinedload(Referral.expert).options(*_EXPERT),
        )
    )
