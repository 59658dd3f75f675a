"""What is in force and what was corrected, read as Vigie itself: none of it names a firm."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access.elevation import reading_as_system
from app.core.now import today
from app.detections.drift.models import DriftReport
from app.detections.lists.queries import find_current_list
from app.detections.models import DetectionEntry
from app.detections.rules import engine
from app.detections.rules.queries import text_on
from app.detections.withdrawals.models import ListWithdrawal
from app.models_registry.models import ModelVersion
from app.models_registry.queries import find_champion
from scoring.listing.rules import ExpertRule
from scoring.vocabulary import DriftVerdict

WHY = "Transparence de l’algorithme"


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """How many times people corrected the algorithm, or let it pass: of the last list, and since the beginning."""

    listed_on: date | None
    raised: int
    lowered: int
    withheld: int
    allowed: int
    excused: int
    withdrawn: int


@dataclass(frozen=True, kw_only=True)
class InForce:
    """The model in service, the rules in force today, and what people corrected."""

    model: ModelVersion | None
    rules: Sequence[ExpertRule]
    overrides: Overrides


def in_force(session: Session) -> InForce:
    """Return what is in service today."""
    with reading_as_system(session, reason=WHY):
        return InForce(
            model=find_champion(session),
            rules=engine.read(text_on(session, today())).on(today()),
            overrides=_overrides(session),
        )


def find_model(session: Session) -> ModelVersion | None:
    """Return the model in service, for its card."""
    with reading_as_system(session, reason=WHY):
        return find_champion(session)


def _overrides(session: Session) -> Overrides:
    current = find_current_list(session)
    moved = _moved(session, current.id) if current else Counter()
    red = DriftReport.verdict == DriftVerdict.RED
    withheld, allowed = session.execute(
        select(
            func.count().filter(red), func.count().filter(red, DriftReport.allowed_at.is_not(None))
        )
    ).one()
    excuses = select(func.count()).where(ModelVersion.gate["excuse"].astext.is_not(None))
    done = (ListWithdrawal.is_accepted.is_(True), ListWithdrawal.is_return.is_(False))
    withdrawals = select(func.count()).select_from(ListWithdrawal).where(*done)
    return Overrides(
        listed_on=current.as_of if current else None,
        raised=moved[1],
        lowered=moved[-1],
        withheld=withheld,
        allowed=allowed,
        excused=session.scalar(excuses) or 0,
        withdrawn=session.scalar(withdrawals) or 0,
    )


def _moved(session: Session, list_id: int) -> Counter[int]:
    """How many levels the rules raised (1) and lowered (-1) on a list."""
    levels = (DetectionEntry.model_level, DetectionEntry.level)
    moved = (
        select(*levels, func.count())
        .where(DetectionEntry.list_id == list_id, levels[0] != levels[1])
        .group_by(*levels)
    )
    counted: Counter[int] = Counter()
    for before, after, count in session.execute(moved):
        is_raised = before is not None and after.rank > before.rank
        counted[1 if is_raised else -1] += count
    return counted
