"""The replies to alerts in numbers: those that are few are not told apart to whoever does not read them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from app.core.text.french import number_fr
from app.detections.answers.models import AnswerKind, AnswerReason
from app.openlab.replies.queries import FEWEST


def counts(rows: Sequence[Row[Any, str, int]]) -> list[list[str]]:
    """Return a line for each answer then each of its reasons: the answer, the reason or « Toutes », how many."""
    found = {(AnswerKind(kind), reason): count for kind, reason, count in rows}
    reasons = ["", *(reason.value for reason in AnswerReason)]
    return [
        [kind.label, AnswerReason(reason).label if reason else "Toutes", _few(found[kind, reason])]
        for kind in AnswerKind
        for reason in reasons
        if (kind, reason) in found
    ]


def _few(count: int) -> str:
    return number_fr(count) if count >= FEWEST else f"moins de {FEWEST}"
