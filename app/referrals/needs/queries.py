"""Read needs: those that whoever asks answers, sent, or follows in an accompagnement. Row-level security leaves out the others."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app.companies.models import Company
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.errors import DomainError, NotFoundError
from app.core.now import day_of
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.directory.models import Antenne, Expert, Institution, ReferralSubject
from app.referrals.needs.models import (
    FirmNeed,
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
_KEEPERS = joinedload(Expert.antenne).selectinload(Antenne.managers)


def get_need(session: Session, _identity: Identity, need_id: int) -> FirmNeed:
    """Return a need with its solicitation, its experts and what each answered; raise `NotFoundError`."""
    referral = selectinload(FirmNeed.referrals)
    need = session.scalar(
        select(FirmNeed)
        .where(FirmNeed.id == need_id)
        .options(
            joinedload(FirmNeed.subject),
            joinedload(FirmNeed.solicitation).joinedload(Solicitation.author),
            referral.joinedload(Referral.expert).options(*_EXPERT, _KEEPERS),
            referral.selectinload(Referral.changes).joinedload(ReferralChange.agent),
        )
    )
    if need is None:
        raise NotFoundError
    for each in need.referrals:
        set_committed_value(each, "need", need)
    return need


def get_referral(session: Session, _identity: Identity, referral_id: int) -> Referral:
    """Return a referral with its need and its expert; raise `NotFoundError`."""
    referral = session.scalar(
        select(Referral)
        .where(Referral.id == referral_id)
        .options(
            joinedload(Referral.expert).options(*_EXPERT, _KEEPERS),
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


def has_left(session: Session, expert_id: int) -> bool:
    """Whether an expert is in the directory no more: they, their antenne or their institution are archived. For the system."""
    return session.scalar(_gone_experts().where(Expert.id == expert_id)) is not None


def left_behind(session: Session) -> Sequence[int]:
    """Return the open referrals of experts who are in the directory no more, by number. For the system."""
    open_ones = Referral.state.in_(OPEN), Referral.expert_id.in_(_gone_experts())
    return session.scalars(select(Referral.id).where(*open_ones).order_by(Referral.id)).all()


def current_subjects(session: Session, numbers: Collection[int]) -> set[int]:
    """Return those of some subjects that are still in the directory."""
    current = (ReferralSubject.id.in_(numbers), ReferralSubject.archived_at.is_(None))
    return set(session.scalars(select(ReferralSubject.id).where(*current)))


def open_counts(session: Session, numbers: Collection[int]) -> Mapping[int, int]:
    """Return how many needs each of some experts has open, whoever asks; see `routing.queries.loads`."""
    counted = (
        select(Referral.expert_id, func.count())
        .where(Referral.expert_id.in_(numbers), Referral.state.in_(OPEN))
        .group_by(Referral.expert_id)
    )
    with reading_as_system(session, reason="Charge des experts") as connection:
        return {row[0]: row[1] for row in connection.execute(counted)}


def past_needs(
    session: Session, since: date, subject_ids: Collection[int], most: int
) -> tuple[Sequence[Need], int]:
    """Return the needs of some subjects filed since a day, as routing knows them, or one out of so many when they are more than ``most``.

    See `routing.trials.past_needs`. With the system's rights: values without a name, and no object that a page could find later.
    """
    known = gazetteer()
    kept = (FirmNeed.created_at >= since, FirmNeed.subject_id.in_(subject_ids))
    every = -(-(session.scalar(select(func.count()).where(*kept)) or 0) // most) or 1
    filed = (
        select(
            FirmNeed.subject_id, FirmNeed.created_at, Solicitation.commune, Solicitation.has_debt, Solicitation.is_first,
            Company.siren, Company.workforce, Company.created_on, Company.naf, Company.legal_category, Company.procedure_status,
        )
        .join(Solicitation, Solicitation.id == FirmNeed.solicitation_id)
        .outerjoin(Company, Company.siren == Solicitation.siren)
        .where(*kept, FirmNeed.id % every == 0)
        .order_by(FirmNeed.id)
    )  # fmt: skip
    needs = []
    for row in session.execute(filed):
        area = known.find(row.commune)
        facts = facts_of(row if row.siren else None, has_debt=row.has_debt, is_first=row.is_first)
        place = place_of(known, area) if area else None
        day = day_of(row[1])
        needs.append(Need(subject_id=row.subject_id, place=place, day=day, facts=facts))
    return needs, every


def _gone_experts() -> Select[int]:
    archived = or_(*(each.archived_at.is_not(None) for each in (Expert, Antenne, Institution)))
    return select(Expert.id).join(Expert.antenne).join(Antenne.institution).where(archived)


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
