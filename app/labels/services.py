"""Write labels: each informative action becomes a row, in the transaction of the action.

A correction is another action, hence another row, known later: nothing is rewritten.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.now import utcnow
from app.labels.models import Label, LabelKind


@dataclass(frozen=True, kw_only=True)
class LabelledAct:
    """What a label is derived from: the firm, the day it happened, and the recording row as ``(kind, id)``."""

    siren: str
    occurred_on: date
    subject_kind: str
    subject_id: int


def record_support_opened(session: Session, act: LabelledAct) -> None:
    """Record that an accompagnement began."""
    _write(session, act, LabelKind.SUPPORT_OPENED)


def record_support_closed(session: Session, act: LabelledAct, *, outcome: str) -> None:
    """Record that an accompagnement ended, with its outcome."""
    _write(session, act, LabelKind.SUPPORT_CLOSED, outcome)
    record_outcome(session, act, outcome=outcome)


def record_support_cancelled(session: Session, act: LabelledAct) -> None:
    """Record that an accompagnement should not have been opened."""
    _write(session, act, LabelKind.SUPPORT_CANCELLED)


def record_outcome(session: Session, act: LabelledAct, *, outcome: str) -> None:
    """Record the outcome of an accompagnement, as known from now on."""
    _write(session, act, LabelKind.OUTCOME, outcome)


def record_verdict(
    session: Session, act: LabelledAct, *, verdict: str, p_select: float | None
) -> None:
    """Record what a visit concluded. ``p_select``: probability with which the list selected the firm, in (0, 1]; `None` outside a list."""
    _write(session, act, LabelKind.VERDICT, verdict, p_select)


def record_refusal(session: Session, act: LabelledAct, *, p_select: float | None) -> None:
    """Record that the firm declined the visit; ``p_select`` as in `record_verdict`."""
    _write(session, act, LabelKind.REFUSAL, p_select=p_select)


def record_unreachable(session: Session, act: LabelledAct, *, p_select: float | None) -> None:
    """Record that nobody answered; ``p_select`` as in `record_verdict`."""
    _write(session, act, LabelKind.UNREACHABLE, p_select=p_select)


def _write(
    session: Session,
    act: LabelledAct,
    kind: LabelKind,
    value: str = "",
    p_select: float | None = None,
) -> None:
    row = {
        "siren": act.siren,
        "kind": kind,
        "occurred_on": act.occurred_on,
        "known_at": utcnow(),
        "value": value,
        "p_select": p_select,
        "subject_kind": act.subject_kind,
        "subject_id": act.subject_id,
    }
    # Inline: the acting agent may write a label but not read it back.
    session.execute(insert(Label).inline(), row)
