"""Forms to open an accompagnement again, to duplicate it, to delete it."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired

from app.cases.forms import MotiveForm
from app.core.text.bounds import normalised
from app.core.web.forms import ConfirmForm, DsfrForm


class ReopeningForm(DsfrForm):
    """Why it starts again."""

    reason = TextAreaField(
        "Pourquoi l’accompagnement reprend",
        filters=[normalised],
        validators=[DataRequired("Dites pourquoi l’accompagnement reprend.")],
        description="Lu par tous ceux qui voient l’accompagnement.",
    )


class MotivatedReopeningForm(ReopeningForm, MotiveForm):
    """The same where it opens the firm's confidential data."""


class MotivatedCopyForm(ConfirmForm, MotiveForm):
    """Duplicating where that opens the firm's confidential data."""


class DeletionForm(DsfrForm):
    """Why it is deleted."""

    reason = TextAreaField(
        "Pourquoi vous le supprimez",
        filters=[normalised],
        validators=[DataRequired("Dites pourquoi vous le supprimez.")],
        description="Lu par tous ceux qui voient l’accompagnement.",
    )
