"""Reading the directory as routing knows it."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.database.tables import current_day
from app.core.slots import Slot
from app.referrals.criteria import in_force
from app.referrals.directory.models import (
    Antenne,
    Competence,
    Expert,
    ExpertAbsence,
    Institution,
    ReferralFallback,
    ReferralSubject,
)
from app.referrals.routing.cards import (
    AntenneCard,
    Away,
    Directory,
    ExpertCard,
    FallbackCard,
)

#: how many needs each of some experts has open, said by whoever keeps needs
loads: Slot[Callable[[Session, Collection[int]], Mapping[int, int]]] = Slot("open needs of experts")

Known = Row[Expert, Antenne, Institution]


def load_directory(
    session: Session, _identity: Identity, *, subject_ids: Collection[int] | None = None
) -> Directory:
    """Return the directory; with ``subject_ids``, those who treat one of them, and those who receive what nobody else does."""
    fallbacks = _fallbacks(session)
    known = session.execute(_experts(subject_ids, [each.expert_id for each in fallbacks])).all()
    numbers = [expert.id for expert, _, _ in known]
    services, absences = _services(session, numbers), _absences(session, numbers)
    counted = {number: count for each in loads for number, count in each(session, numbers).items()}
    cards = [_card(row, services, absences, counted) for row in known]
    return Directory(
        subjects=_subjects(session),
        antennes={antenne.id: _antenne(antenne, institution) for _, antenne, institution in known},
        experts={card.id: card for card in cards},
        fallbacks=fallbacks,
        has_others=subject_ids is not None and _has_somebody(session),
    )


def _has_somebody(session: Session) -> bool:
    """Whether an expert is in service, whatever they treat."""
    in_service = (each.archived_at.is_(None) for each in (Expert, Antenne, Institution))
    return bool(session.scalar(select(_experts(None, ()).where(*in_service).exists())))


def _experts(subject_ids: Collection[int] | None, besides: Sequence[int]) -> Select[Expert, Antenne, Institution]:  # fmt: skip
    whole = (
        select(Expert, Antenne, Institution)
        .join(Antenne, Antenne.id == Expert.antenne_id)
        .join(Institution, Institution.id == Antenne.institution_id)
    )
    if subject_ids is None:
        return whole
    treating = select(Competence.expert_id).where(
        Competence.subject_id.in_(subject_ids), Competence.ended_at.is_(None)
    )
    return whole.where(or_(Expert.id.in_(treating), Expert.id.in_(besides)))


def _card(
    row: Known,
    services: Mapping[int, Mapping[int, str]],
    absences: Mapping[int, Sequence[Away]],
    counted: Mapping[int, int],
) -> ExpertCard:
    expert, antenne, institution = row
    criteria, limited = in_force(
        (expert.criteria, expert.criteria_subjects), (antenne.criteria, antenne.criteria_subjects)
    )
    return ExpertCard(
        id=expert.id,
        name=expert.name,
        antenne_id=antenne.id,
        subjects=services.get(expert.id, {}),
        areas=frozenset(expert.areas or antenne.areas),
        criteria=criteria,
        limited=limited,
        absences=tuple(absences.get(expert.id, ())),
        capacity=expert.capacity,
        load=counted.get(expert.id, 0),
        is_archived=any(each.archived_at is not None for each in (expert, antenne, institution)),
    )


def _antenne(antenne: Antenne, institution: Institution) -> AntenneCard:
    return AntenneCard(
        id=antenne.id, name=antenne.name, institution=institution.name, most=antenne.most
    )


def _subjects(session: Session) -> dict[int, str]:
    current = select(ReferralSubject.id, ReferralSubject.label).where(
        ReferralSubject.archived_at.is_(None)
    )
    return {row.id: row.label for row in session.execute(current)}


def _services(session: Session, numbers: Collection[int]) -> dict[int, dict[int, str]]:
    held = select(Competence.expert_id, Competence.subject_id, Competence.service).where(
        Competence.ended_at.is_(None), Competence.expert_id.in_(numbers)
    )
    services: dict[int, dict[int, str]] = {}
    for expert_id, subject_id, service in session.execute(held):
        services.setdefault(expert_id, {})[subject_id] = service
    return services


def _absences(session: Session, numbers: Collection[int]) -> dict[int, list[Away]]:
    current = select(ExpertAbsence).where(
        ExpertAbsence.cancelled_at.is_(None),
        ExpertAbsence.ends_on >= current_day(),
        ExpertAbsence.expert_id.in_(numbers),
    )
    absences: dict[int, list[Away]] = {}
    for each in session.scalars(current.order_by(ExpertAbsence.id)):
        away = Away(starts_on=each.starts_on, ends_on=each.ends_on, delegate_id=each.delegate_id)
        absences.setdefault(each.expert_id, []).append(away)
    return absences


def _fallbacks(session: Session) -> list[FallbackCard]:
    current = select(ReferralFallback).where(ReferralFallback.ended_at.is_(None))
    return [
        FallbackCard(
            id=each.id, expert_id=each.expert_id, area=each.area, subject_id=each.subject_id
        )
        for each in session.scalars(current.order_by(ReferralFallback.id))
    ]
