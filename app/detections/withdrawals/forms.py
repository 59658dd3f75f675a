"""The form to ask that a list be withdrawn or put back."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from app.core.text.bounds import MAX_LENGTH, normalised
from app.core.web.forms import DsfrForm


class ListWithdrawalForm(DsfrForm):
    """Why."""

    reason = TextAreaField(
        "Motif",
        description="Lu par tous les agents qui lisaient la liste : ne nommez aucune entreprise.",
        filters=[normalised],
        validators=[DataRequired("Dites pourquoi."), Length(max=MAX_LENGTH)],
    )
