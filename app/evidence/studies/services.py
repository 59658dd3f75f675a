"""Register a study before anybody knows what it finds; store what it found, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.now import today
from app.core.slots import Slot
from app.core.text.bounds import require_text
from app.core.text.french import date_fr, number_fr
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.evidence.studies import queries
from app.evidence.studies.models import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    ImpactResult,
    ImpactStudy,
)
from scoring.vocabulary import GRACE_MONTHS, PUBLICATION_LAG_DAYS, ImpactVerdict, StudyOutcome

#: the namespace of the lock that makes the same question be registered once
REGISTER_LOCK = 7_146_084
QUARTER_MONTHS = 3
#: months of the half-year, and quarters of lists that its study looks at
HALF_YEAR_MONTHS, USUAL_QUARTERS = 6, 8
#: what a simulation knows of the effect on the firms that were compared: from the home of the instance, the question and what was
#: measured; `None` without a simulation
truths: Slot[Any] = Slot("known truth of a simulation")


@dataclass(frozen=True, kw_only=True)
class StudyRequest:
    """A study as it is asked for."""

    title: str
    outcome: StudyOutcome
    cohort_from: date
    cohort_to: date
    horizons: Sequence[int]
    departments: Sequence[str]
    frozen_on: date
    note: str
    world: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class StudyFinding:
    """What a study found at one horizon, in plain values."""

    horizon: int
    verdict: ImpactVerdict
    sentence: str
    needed: str
    refusal: str
    details: dict[str, Any]
    truth: float | None


def register(session: Session, identity: Identity, asked: StudyRequest) -> ImpactStudy:
    """Write a study down, for ever. Raise `DomainError` when it could not be read on its day, or was registered already."""
    study = _drafted(identity, asked)
    _require_readable(study)
    take_turn(session, REGISTER_LOCK)
    if queries.is_registered(session, study):
        raise DomainError(
            "Cette question est déjà enregistrée : une cohorte n’est lue qu’une fois. Changez l’issue, la cohorte ou le territoire.",
            field="outcome",
        )
    session.add(study)
    session.flush()
    journal.record(
        session, identity, journal.Event.STUDY_REGISTERED, study=study.id, outcome=study.outcome,
        cohort_from=study.cohort_from, cohort_to=study.cohort_to, horizons=study.horizons, frozen_on=study.frozen_on,
    )  # fmt: skip
    if study.is_due:
        defer_reading(session, study.id)
    return study


def register_half_year(session: Session, identity: Identity) -> ImpactStudy | None:
    """Ask the usual question of the half-year that has begun, on the last lists whose firms have been followed long enough; `None` when it
    was asked, or when there was no list then.
    """
    begun = _half_year(today())
    last = _quarter(_shifted(begun - timedelta(days=PUBLICATION_LAG_DAYS), -_follow_up((24,))))
    first = _shifted(last, -QUARTER_MONTHS * (USUAL_QUARTERS - 1))
    if not queries.list_lists(session, since=first, until=_shifted(last, QUARTER_MONTHS)):
        return None
    asked = StudyRequest(
        title=f"Étude semestrielle, {begun:%Y}-{1 if begun.month == 1 else 2}",
        outcome=StudyOutcome.OPENING,
        cohort_from=first,
        cohort_to=last,
        horizons=StudyOutcome.OPENING.horizons,
        departments=(),
        frozen_on=today(),
        note="Question posée chaque semestre par le calendrier, sur les listes dont toutes les entreprises ont été suivies 24 mois.",
    )
    if queries.is_registered(session, _drafted(identity, asked)):
        return None
    return register(session, identity, asked)


def defer_reading(session: Session, study_id: int) -> None:
    """Have a worker read a study whose day has come."""
    defer(session, Task.STUDY_READ, queueing_lock=f"evidence:study:{study_id}", study_id=study_id)


def store(
    session: Session,
    identity: Identity,
    study: ImpactStudy,
    found: Sequence[StudyFinding],
    *,
    code_version: str,
    data_version: str,
) -> None:
    """Store what a study found at all its horizons, in one transaction; `session` must act for the system."""
    session.add_all(
        ImpactResult(
            study_id=study.id, code_version=code_version, data_version=data_version, **vars(each)
        )
        for each in found
    )
    session.flush()
    journal.record(
        session, identity, journal.Event.STUDY_COMPUTED, study=study.id,
        verdicts={str(each.horizon): each.verdict for each in found}, code=code_version, data=data_version,
    )  # fmt: skip


def readable_from(cohort_to: date, horizons: Sequence[int]) -> date:
    """The first day on which what came of the last firms is known: the time left to support them, the horizon, the lateness of sources."""
    return _shifted(cohort_to, _follow_up(horizons)) + timedelta(days=PUBLICATION_LAG_DAYS)


def _drafted(identity: Identity, asked: StudyRequest) -> ImpactStudy:
    """Return the study that would be written."""
    return ImpactStudy(
        title=_short(asked.title, "title", LONGEST_TITLE, "Donnez un titre à l’étude."),
        outcome=asked.outcome,
        cohort_from=asked.cohort_from,
        cohort_to=asked.cohort_to,
        horizons=sorted(set(asked.horizons)),
        departments=sorted(set(asked.departments)),
        frozen_on=asked.frozen_on,
        note=_short(asked.note, "note", LONGEST_NOTE, "Dites ce que vous voulez savoir."),
        world=asked.world,
        registered_by=identity.agent_id,
    )


def _follow_up(horizons: Sequence[int]) -> int:
    return GRACE_MONTHS + max(horizons)


def _require_readable(study: ImpactStudy) -> None:
    """Raise `DomainError` on the field to change."""
    if study.cohort_from > study.cohort_to:
        raise DomainError(
            "La cohorte finit avant de commencer : choisissez un dernier trimestre qui suit le premier.",
            field="cohort_to",
        )
    if _months(study.cohort_from, study.cohort_to) % QUARTER_MONTHS:
        raise DomainError(
            "Les listes se suivent de trois mois en trois mois : choisissez un dernier mois à 3, 6, 9… mois du premier.",
            field="cohort_to",
        )
    if not study.horizons or not set(study.horizons) <= set(study.outcome.horizons):
        offered = ", ".join(map(str, study.outcome.horizons))
        raise DomainError(
            f"Choisissez au moins un horizon ; pour cette issue : {offered} mois.", field="horizons"
        )
    if study.frozen_on < today():
        raise DomainError(
            "Une étude est enregistrée avant d’être lue : choisissez aujourd’hui ou un jour à venir.",
            field="frozen_on",
        )
    mature = readable_from(study.cohort_to, study.horizons)
    if study.world is None and study.frozen_on < mature:
        raise DomainError(
            "Ce jour-là, les dernières entreprises n’auront pas été suivies jusqu’à l’horizon. "
            f"Lisez l’étude à partir du {date_fr(mature)}, ou choisissez une cohorte plus ancienne ou un horizon plus court.",
            field="frozen_on",
        )


def _short(text: str, field: str, longest: int, absent: str) -> str:
    value = require_text(text, field=field, absent=absent)
    if len(value) > longest:
        raise DomainError(f"{number_fr(longest)} caractères au plus.", field=field)
    return value


def _half_year(day: date) -> date:
    return date(day.year, 1 if day.month <= HALF_YEAR_MONTHS else HALF_YEAR_MONTHS + 1, 1)


def _quarter(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % QUARTER_MONTHS, 1)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _shifted(day: date, months: int) -> date:
    """The first day of the month so many months from that of a day."""
    rank = day.year * 12 + day.month - 1 + months
    return date(rank // 12, rank % 12 + 1, 1)
