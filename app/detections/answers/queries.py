"""Read the answers to alerts, and tell on lists which alerts are answered; row-level security gives those of the alerts one reads."""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.database.tables import current_day
from app.detections.answers.models import REASONS, AnswerKind, DetectionAnswer
from app.detections.models import DetectionEntry

#: answers of a firm that its page shows
SHOWN = 10
_ANSWERS = DetectionAnswer.__table__.c


def find_answer(
    session: Session, identity: Identity, entry: DetectionEntry
) -> DetectionAnswer | None:
    """Return the agent's own answer to this alert, if any."""
    mine = (DetectionAnswer.entry_id == entry.id, DetectionAnswer.agent_id == identity.agent_id)
    return session.scalar(select(DetectionAnswer).where(*mine))


def list_answers(session: Session, _identity: Identity, siren: str) -> Sequence[DetectionAnswer]:
    """Return the last answers to the alerts of a firm, the latest first."""
    return session.scalars(
        select(DetectionAnswer)
        .where(DetectionAnswer.siren == siren)
        .options(joinedload(DetectionAnswer.agent))
        .order_by(DetectionAnswer.answered_at.desc(), DetectionAnswer.id.desc())
        .limit(SHOWN)
    ).all()


def list_due(session: Session) -> Sequence[DetectionAnswer]:
    """Return the answers whose day has come; the session must act for the system."""
    due = (DetectionAnswer.ended_at.is_(None), DetectionAnswer.returns_on <= current_day())
    return session.scalars(select(DetectionAnswer).where(*due).order_by(DetectionAnswer.id)).all()


def is_answered_as(
    *kinds: AnswerKind,
) -> Callable[[Identity, ColumnElement[str]], ColumnElement[bool]]:
    """SQL condition of a mark: somebody answered so of the firm of the row, and it counts today."""

    def condition(_identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
        # The day itself is looked at: an alert reappears even where the job that says so has not run.
        still = or_(_ANSWERS.returns_on.is_(None), _ANSWERS.returns_on > current_day())
        in_force = (_ANSWERS.siren == siren, _ANSWERS.ended_at.is_(None), still)
        return exists().where(*in_force, _ANSWERS.kind.in_([kind.value for kind in kinds]))

    return condition


def is_unanswered(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition of a mark: nobody's answer counts today."""
    return ~is_answered_as(*REASONS)(identity, siren)
