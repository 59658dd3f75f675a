"""Forms to run a detection and to override a drift."""

from wtforms import DateField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm
from app.detections.lists.forms import NOTE_LIMIT


class RunForm(DsfrForm):
    """Run a detection now."""

    as_of = DateField(
        "Date de détection",
        description="La détection lit ce qui était connu ce jour-là.",
        validators=[InputRequired("Choisissez une date.")],
    )


class OverrideForm(DsfrForm):
    """Override a red drift; the journal keeps the reason."""

    reason = TextAreaField(
        "Motif",
        description="Pourquoi la liste peut servir malgré la dérive. Conservé dans le journal.",
        filters=[normalised],
        validators=[DataRequired("Dites pourquoi."), Length(max=NOTE_LIMIT)],
    )
