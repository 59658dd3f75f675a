"""How lists show that an alert is answered, and filter on it."""

from app.detections.answers.models import AnswerKind
from app.detections.answers.queries import is_answered_as, is_unanswered
from app.detections.lists.marks import Mark

MARKS = (
    Mark(
        code="watched",
        filter_label="En surveillance",
        label="En surveillance",
        position=12,
        condition=is_answered_as(AnswerKind.WATCHED),
    ),
    Mark(
        code="handled",
        filter_label="Alerte déjà traitée",
        label="Déjà traitée",
        position=14,
        condition=is_answered_as(AnswerKind.HANDLED),
    ),
    Mark(
        code="inexact",
        filter_label="Alerte inexacte",
        label="Alerte inexacte",
        position=16,
        condition=is_answered_as(AnswerKind.INEXACT),
    ),
    Mark(
        code="unanswered",
        filter_label="Alerte sans réponse",
        position=45,
        condition=is_unanswered,
    ),
)
