"""The needs of a period as they are counted, and what antennes answered. Read with the system's rights: only figures leave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Role
from app.core.database.tables import day_of
from app.core.now import PARIS, after_day
from app.core.slots import Slot
from app.referrals.directory.models import (
    Antenne,
    AntenneManager,
    Expert,
    Institution,
)
from app.referrals.needs.models import (
    Cause,
    CheckVerdict,
    FirmNeed,
    Origin,
    Referral,
    ReferralState,
    Solicitation,
)
from app.referrals.quality.figures.counting import CountedNeed

#: what firms said of their needs filed since a moment: whether they were helped, by the number of the need
firms_said: Slot[Callable[[Session, datetime], Mapping[int, bool]]] = Slot("what firms said")
#: solicitations that count for nothing
SET_ASIDE = (
    CheckVerdict.OUT_OF_SCOPE,
    CheckVerdict.DUPLICATE,
    CheckVerdict.ABUSE,
    CheckVerdict.PRIVATE,
)
EXCHANGED = (ReferralState.HELPED, ReferralState.NO_HELP)
SILENT = (ReferralState.TO_TREAT, ReferralState.EXPIRED, ReferralState.REVOKED)


@dataclass(frozen=True, kw_only=True)
class QualityScope:
    """What somebody reads the figures of: everything, some départements, or what was put to some antennes."""

    is_everything: bool = False
    departments: Sequence[str] = ()
    antennes: Sequence[int] = ()

    @property
    def is_of_antennes(self) -> bool:
        """Whether it is what was put to some antennes."""
        return not self.is_everything and not self.departments

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return self.is_of_antennes and not self.antennes


@dataclass(frozen=True, kw_only=True)
class QualityFilter:
    """What of it is asked for; `None` filters nothing."""

    since: date
    until: date
    subject_id: int | None = None
    institution_id: int | None = None
    antenne_id: int | None = None
    department: str | None = None
    origin: Origin | None = None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first moment of the period, and the first one after it."""
        return datetime.combine(self.since, time.min, PARIS), after_day(self.until)


@dataclass(frozen=True, kw_only=True)
class AntenneAnswers:
    """What an antenne made of a subject: how many of its referrals are in a state, refused for a reason."""

    antenne_id: int
    antenne: str
    institution: str
    subject_id: int
    state: ReferralState
    reason: str | None
    count: int


def scope_of(session: Session, identity: Identity) -> QualityScope:
    """Return what somebody reads the figures of: the team, all; a manager, their zone; whoever keeps antennes, these."""
    if identity.has_role(Role.ORIENTEUR):
        return QualityScope(is_everything=True)
    if identity.has_role(Role.MANAGER):
        return QualityScope(departments=identity.departments)
    mine = select(AntenneManager.antenne_id).where(
        AntenneManager.agent_id == identity.agent_id, AntenneManager.removed_at.is_(None)
    )
    return QualityScope(antennes=session.scalars(mine.order_by(AntenneManager.antenne_id)).all())


def counted_needs(
    session: Session, scope: QualityScope, asked: QualityFilter
) -> tuple[list[CountedNeed], list[AntenneAnswers], Mapping[int, bool]]:
    """Return the needs of a period, what each antenne made of them, and what firms said: three statements."""
    with reading_as_system(session, reason="Chiffres de l’orientation"):
        needs = [CountedNeed(**row) for row in session.execute(_needs(scope, asked)).mappings()]
        answers = [AntenneAnswers(**row) for row in session.execute(_answers(scope, asked)).mappings()]  # fmt: skip
        said = {number: helped for each in firms_said for number, helped in each(session, asked.bounds[0]).items()}  # fmt: skip
    return needs, answers, said


def list_antennes(session: Session, _identity: Identity) -> Sequence[Any]:
    """Return every antenne with its institution, archived ones too: what was put to them is counted."""
    whole = select(Antenne.id, Antenne.name, Institution.id.label("institution_id"), Institution.name.label("institution"))  # fmt: skip
    return session.execute(
        whole.join(Antenne.institution).order_by(func.lower(Institution.name), func.lower(Antenne.name))
    ).all()  # fmt: skip


def _needs(scope: QualityScope, asked: QualityFilter) -> Select[*tuple[Any, ...]]:
    put = _put(scope, asked).subquery()
    is_narrow = _is_narrow(scope, asked)
    start = func.coalesce(put.c.sent_at, FirmNeed.created_at) if is_narrow else FirmNeed.created_at
    flags = ("has_exchange", "has_refusal", "has_expired", "has_answer", "is_rerouted")
    return (
        select(
            FirmNeed.id.label("need_id"), Solicitation.siren, FirmNeed.subject_id, Solicitation.department, FirmNeed.state,
            day_of(start).label("start_on"), day_of(put.c.taken_at).label("taken_on"),
            day_of(FirmNeed.withdrawn_at).label("withdrawn_on"),
            *(func.coalesce(put.c[flag], False).label(flag) for flag in flags),
        )
        .join(Solicitation, Solicitation.id == FirmNeed.solicitation_id)
        .join(put, put.c.need_id == FirmNeed.id, isouter=not is_narrow)
        .where(*_conditions(scope, asked))
    )  # fmt: skip


def _put(scope: QualityScope, asked: QualityFilter) -> Select[*tuple[Any, ...]]:
    """What became of each need, put to whom is asked for."""
    state = Referral.state
    return (
        select(
            Referral.need_id,
            func.min(Referral.sent_at).label("sent_at"),
            func.min(Referral.taken_at).label("taken_at"),
            func.bool_or(state.in_(EXCHANGED)).label("has_exchange"),
            func.bool_or(state == ReferralState.NOT_MINE).label("has_refusal"),
            func.bool_or(state == ReferralState.EXPIRED).label("has_expired"),
            func.bool_or(state.not_in(SILENT)).label("has_answer"),
            func.bool_or(Referral.cause != Cause.FIRST).label("is_rerouted"),
        )
        .join(Expert, Expert.id == Referral.expert_id)
        .join(Antenne, Antenne.id == Expert.antenne_id)
        .where(*_of_antennes(scope, asked))
        .group_by(Referral.need_id)
    )


def _answers(scope: QualityScope, asked: QualityFilter) -> Select[*tuple[Any, ...]]:
    groups = (Antenne.id, Antenne.name, Institution.name, FirmNeed.subject_id, Referral.state, Referral.reason)  # fmt: skip
    return (
        select(
            Antenne.id.label("antenne_id"), Antenne.name.label("antenne"), Institution.name.label("institution"),
            FirmNeed.subject_id, Referral.state, Referral.reason, func.count().label("count"),
        )
        .select_from(Referral)
        .join(FirmNeed, FirmNeed.id == Referral.need_id)
        .join(Solicitation, Solicitation.id == FirmNeed.solicitation_id)
        .join(Expert, Expert.id == Referral.expert_id)
        .join(Antenne, Antenne.id == Expert.antenne_id)
        .join(Institution, Institution.id == Antenne.institution_id)
        .where(*_conditions(scope, asked), *_of_antennes(scope, asked))
        .group_by(*groups)
        .order_by(func.lower(Institution.name), func.lower(Antenne.name), Antenne.id)
    )  # fmt: skip


def _conditions(scope: QualityScope, asked: QualityFilter) -> list[ColumnElement[bool]]:
    first, after = asked.bounds
    kept = [
        and_(FirmNeed.created_at >= first, FirmNeed.created_at < after),
        Solicitation.verdict.not_in(SET_ASIDE),
    ]
    if scope.departments:
        kept.append(Solicitation.department.in_(scope.departments))
    if asked.subject_id is not None:
        kept.append(FirmNeed.subject_id == asked.subject_id)
    if asked.department is not None:
        kept.append(Solicitation.department == asked.department)
    if asked.origin is not None:
        kept.append(Solicitation.origin == asked.origin)
    return kept


def _of_antennes(scope: QualityScope, asked: QualityFilter) -> list[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = []
    if scope.is_of_antennes:
        kept.append(Antenne.id.in_(scope.antennes))
    if asked.antenne_id is not None:
        kept.append(Antenne.id == asked.antenne_id)
    if asked.institution_id is not None:
        kept.append(Antenne.institution_id == asked.institution_id)
    return kept


def _is_narrow(scope: QualityScope, asked: QualityFilter) -> bool:
    """Whether only what was put to some antennes counts: a delay then begins when it was."""
    return bool(_of_antennes(scope, asked))
