"""Reading the directory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.types import Text

from app.core.access.identity import Identity, Role
from app.core.database.keyset import Page, Slice, page_of, slice_of
from app.core.database.tables import current_day
from app.core.errors import NotFoundError
from app.core.now import today
from app.referrals.areas.gazetteer import name_key
from app.referrals.directory.models import (
    Antenne,
    AntenneManager,
    Competence,
    Expert,
    ExpertAbsence,
    Institution,
    ReferralFallback,
    ReferralSubject,
    ReferralTheme,
)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class ExpertFilter:
    """The filters of the list of experts; an empty one filters nothing. ``areas``: the codes of where they must answer."""

    text: str = ""
    institution_id: int | None = None
    antenne_id: int | None = None
    subject_id: int | None = None
    areas: tuple[str, ...] = ()
    is_archived: bool = False


def get_institution(session: Session, _identity: Identity, institution_id: int) -> Institution:
    """Return an institution; raise `NotFoundError`."""
    return _found(session.get(Institution, institution_id))


def get_antenne(session: Session, _identity: Identity, antenne_id: int) -> Antenne:
    """Return an antenne with its institution and its managers; raise `NotFoundError`."""
    whole = select(Antenne).options(joinedload(Antenne.institution), _managers())
    return _found(session.scalar(whole.where(Antenne.id == antenne_id)))


def get_expert(session: Session, _identity: Identity, expert_id: int) -> Expert:
    """Return an expert with their antenne, what they do, when they are away; raise `NotFoundError`."""
    return _found(session.scalar(_experts().where(Expert.id == expert_id)))


def get_absence(session: Session, _identity: Identity, absence_id: int) -> ExpertAbsence:
    """Return an absence that is neither over nor cancelled, with the expert; raise `NotFoundError`."""
    of_expert = joinedload(ExpertAbsence.expert)
    whole = select(ExpertAbsence).options(
        of_expert.joinedload(Expert.antenne).selectinload(Antenne.managers)
    )
    current = (ExpertAbsence.cancelled_at.is_(None), ExpertAbsence.ends_on >= current_day())
    return _found(session.scalar(whole.where(ExpertAbsence.id == absence_id, *current)))


def get_subject(session: Session, _identity: Identity, subject_id: int) -> ReferralSubject:
    """Return a subject with its theme; raise `NotFoundError`."""
    return _found(session.scalar(_subjects().where(ReferralSubject.id == subject_id)))


def get_fallback(session: Session, _identity: Identity, fallback_id: int) -> ReferralFallback:
    """Return a fallback that has not ended; raise `NotFoundError`."""
    return _found(session.scalar(_fallbacks().where(ReferralFallback.id == fallback_id)))


def list_institutions(session: Session, _identity: Identity) -> Sequence[Institution]:
    """Return the institutions that are not archived, by name."""
    current = select(Institution).where(Institution.archived_at.is_(None))
    return session.scalars(current.order_by(func.lower(Institution.name))).all()


def archived_institutions(session: Session, _identity: Identity) -> Sequence[str]:
    """Return the names of the institutions that are archived."""
    return session.scalars(
        select(Institution.name).where(Institution.archived_at.is_not(None))
    ).all()


def page_of_antennes(
    session: Session, _identity: Identity, cursor: str | None, *, institution_id: int | None = None
) -> Slice[Antenne]:  # fmt: skip
    """Return antennes, archived ones too, by number."""
    whole = select(Antenne).options(joinedload(Antenne.institution))
    if institution_id is not None:
        whole = whole.where(Antenne.institution_id == institution_id)
    return slice_of(session, whole, key=[Antenne.id], cursor=cursor).scalars()


def managing(antenne_id: int) -> Select[int]:
    """The ids of the agents who keep an antenne, for ``in_``."""
    current = (AntenneManager.antenne_id == antenne_id, AntenneManager.removed_at.is_(None))
    return select(AntenneManager.agent_id).where(*current)


def list_kept_ids(session: Session, identity: Identity) -> set[int]:
    """Return the antennes whose entries somebody keeps as a manager."""
    mine = (AntenneManager.agent_id == identity.agent_id, AntenneManager.removed_at.is_(None))
    return set(session.scalars(select(AntenneManager.antenne_id).where(*mine)))


def list_kept(session: Session, identity: Identity) -> Sequence[Antenne]:
    """Return the antennes whose entries somebody keeps; all of them for an administrator."""
    whole = select(Antenne).options(joinedload(Antenne.institution), _managers())
    if not identity.has_role(Role.ADMINISTRATEUR):
        whole = whole.where(Antenne.id.in_(list_kept_ids(session, identity)))
    return session.scalars(whole.order_by(Antenne.id)).all()


def list_names(
    session: Session, _identity: Identity, numbers: Collection[int]
) -> Mapping[int, str]:
    """Return the names of some experts, archived ones too, by number."""
    named = select(Expert.id, Expert.name).where(Expert.id.in_(numbers))
    return {row.id: row.name for row in session.execute(named)} if numbers else {}


def list_subjects(session: Session, _identity: Identity) -> Sequence[ReferralSubject]:
    """Return the subjects that are not archived, by theme."""
    return session.scalars(_subjects().where(ReferralSubject.archived_at.is_(None))).all()


def list_all_subjects(session: Session, _identity: Identity) -> Sequence[ReferralSubject]:
    """Return every subject, archived ones too, by theme."""
    return session.scalars(_subjects()).all()


def subject_labels(session: Session, _identity: Identity) -> Mapping[int, str]:
    """Return the label of every subject, archived ones too, by number."""
    labels = session.execute(select(ReferralSubject.id, ReferralSubject.label))
    return {row.id: row.label for row in labels}


def list_themes(session: Session, _identity: Identity) -> Sequence[ReferralTheme]:
    """Return the themes, in order."""
    return session.scalars(select(ReferralTheme).order_by(ReferralTheme.position)).all()


def list_fallbacks(session: Session, _identity: Identity) -> Sequence[ReferralFallback]:
    """Return the fallbacks that have not ended, in the order of their numbers."""
    return session.scalars(_fallbacks().order_by(ReferralFallback.id)).all()


def page_of_experts(
    session: Session, _identity: Identity, wanted: ExpertFilter, cursor: str | None
) -> Page[Expert]:  # fmt: skip
    """Return the experts that the filters keep, by name."""
    statement = _experts().where(*_conditions(wanted))
    return page_of(
        session, statement, key=[Expert.name_sort, Expert.id], cursor=cursor
    ).scalars()  # fmt: skip


def list_of_antenne(session: Session, _identity: Identity, antenne_id: int) -> Sequence[Expert]:
    """Return the experts of an antenne, archived ones last, by name."""
    ordered = _experts().where(Expert.antenne_id == antenne_id)
    return session.scalars(
        ordered.order_by(Expert.archived_at.isnot(None), Expert.name_sort, Expert.id)
    ).all()


def list_entries(session: Session, _identity: Identity, antenne_ids: Sequence[int] | None) -> Sequence[Expert]:  # fmt: skip
    """Return the experts of some antennes, or of all, archived ones too, in the order of their numbers."""
    whole = _experts().order_by(Expert.id)
    if antenne_ids is not None:
        whole = whole.where(Expert.antenne_id.in_(antenne_ids))
    return session.scalars(whole).all()


def _conditions(wanted: ExpertFilter) -> list[ColumnElement[bool]]:
    archived = (
        Expert.archived_at.isnot(None) if wanted.is_archived else Expert.archived_at.is_(None)
    )
    conditions: list[ColumnElement[bool]] = [archived]
    if wanted.text:
        words = name_key(wanted.text)
        conditions.append(
            or_(
                func.strpos(Expert.name_sort, words) > 0,
                func.lower(Expert.email) == wanted.text.strip().lower(),
            )
        )
    if wanted.institution_id is not None:
        conditions.append(Antenne.institution_id == wanted.institution_id)
    if wanted.antenne_id is not None:
        conditions.append(Expert.antenne_id == wanted.antenne_id)
    if wanted.subject_id is not None:
        conditions.append(Expert.id.in_(_treating(wanted.subject_id)))
    if wanted.areas:
        codes = literal(list(wanted.areas), ARRAY(Text))
        inherited = (Expert.areas == literal([], ARRAY(Text))) & Antenne.areas.op("&&")(codes)
        conditions.append(or_(Expert.areas.op("&&")(codes), inherited))
    return conditions


def _treating(subject_id: int) -> Select[int]:
    current = (Competence.subject_id == subject_id, Competence.ended_at.is_(None))
    return select(Competence.expert_id).where(*current)


def _experts() -> Select[Expert]:
    competences = Expert.competences.and_(Competence.ended_at.is_(None))
    # A value, not `current_day`: what a loader is told keeps no function from one execution to the next.
    absences = Expert.absences.and_(
        ExpertAbsence.cancelled_at.is_(None), ExpertAbsence.ends_on >= today()
    )
    return (
        select(Expert)
        .join(Expert.antenne)
        .join(Antenne.institution)
        .options(
            contains_eager(Expert.antenne).contains_eager(Antenne.institution),
            contains_eager(Expert.antenne).selectinload(Antenne.managers),
            selectinload(competences).joinedload(Competence.subject),
            selectinload(absences).joinedload(ExpertAbsence.delegate),
        )
    )


def _managers() -> Any:
    return selectinload(Antenne.managers).joinedload(AntenneManager.agent)


def _subjects() -> Select[ReferralSubject]:
    return (
        select(ReferralSubject)
        .join(ReferralSubject.theme)
        .options(contains_eager(ReferralSubject.theme))
        .order_by(ReferralTheme.position, ReferralTheme.id, ReferralSubject.id)
    )


def _fallbacks() -> Select[ReferralFallback]:
    return (
        select(ReferralFallback)
        .where(ReferralFallback.ended_at.is_(None))
        .options(
            joinedload(ReferralFallback.expert).joinedload(Expert.antenne),
            joinedload(ReferralFallback.subject),
        )
    )


def _found(known: T | None) -> T:
    if known is None:
        raise NotFoundError
    return known
