"""Forms to send files and to decide what becomes of a batch."""

from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm

LONGEST_REASON = 1000


class SendForm(DsfrForm):
    """Partner files, read before anything is published."""

    files = MultipleFileField(
        "Fichiers des partenaires",
        validators=[FileRequired("Choisissez au moins un fichier.")],
    )


class BatchDecisionForm(DsfrForm):
    """The reason for a decision, kept in the journal."""

    reason = TextAreaField(
        "Motif",
        description="Une phrase : ce que vous avez vérifié. Elle est conservée dans le journal.",
        filters=[normalised],
        validators=[DataRequired("Dites pourquoi."), Length(max=LONGEST_REASON)],
    )
