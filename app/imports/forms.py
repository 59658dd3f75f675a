"""What is asked to send files and to decide of a batch."""

from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm

LONGEST_REASON = 1000


class SendForm(DsfrForm):
    """Files of partners, read before anything is published."""

    files = MultipleFileField(
        "Fichiers des partenaires",
        validators=[FileRequired("Choisissez au moins un fichier.")],
    )


class BatchDecisionForm(DsfrForm):
    """Why somebody decides so; the journal keeps it."""

    reason = TextAreaField(
        "Motif",
        description="Une phrase : ce que vous avez vérifié. Elle est conservée dans le journal.",
        filters=[normalised],
        validators=[DataRequired("Dites pourquoi."), Length(max=LONGEST_REASON)],
    )
