"""Forms to run a detection and to override a drift."""

from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.detections.lists.forms import NOTE_LIMIT
from app.models_registry.models import ExcuseKind


class RunForm(DsfrForm):
    """Run a detection now."""

    as_of = DateField(
        "Date de détection",
        description="La détection lit ce qui était connu ce jour-là.",
        validators=[InputRequired("Choisissez une date.")],
    )


class OverrideForm(DsfrForm):
    """Override a red drift for one list; the journal keeps the excuse."""

    kind = RadioField(
        "Ce qui explique la dérive",
        choices=choices(ExcuseKind.choices()),
        validators=[InputRequired("Choisissez ce qui explique la dérive.")],
    )
    motive = TextAreaField(
        "Ce qui a changé, et comment vous l’avez vérifié",
        description="L’autorisation ne vaut que pour cette liste. Conservé dans le journal.",
        filters=[normalised],
        validators=[DataRequired("Dites ce qui a changé."), Length(max=NOTE_LIMIT)],
    )
