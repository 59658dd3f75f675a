"""The form to sign for a model."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm
from app.trainings.forms import LONGEST_REASON


class SignForm(DsfrForm):
    """Sign for a model; the journal keeps the reason."""

    reason = TextAreaField(
        "Motif",
        description="Une phrase : ce que vous avez vérifié. Elle est conservée dans le journal.",
        filters=[normalised],
        validators=[DataRequired("Dites pourquoi."), Length(max=LONGEST_REASON)],
    )
