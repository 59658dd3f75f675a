"""The form of a new version of the expert rules."""

from wtforms import DateField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm
from app.detections.lists.forms import NOTE_LIMIT


class RulesForm(DsfrForm):
    """A version of the expert rules, to preview or to save."""

    text = TextAreaField(
        "Règles (YAML)",
        description="Une liste de règles : name, when, effect (+1, +2 ou -1), reason, author, from, until. "
        "Les signes et les textes sont entre guillemets.",
        filters=[normalised],
        validators=[InputRequired("Écrivez les règles.")],
    )
    in_force_from = DateField(
        "Applicable aux détections à partir du",
        validators=[InputRequired("Choisissez une date.")],
    )
    note = TextAreaField(
        "Ce qui change, et pourquoi",
        description="Conservé avec la version et dans le journal.",
        filters=[normalised],
        validators=[DataRequired("Dites ce qui change."), Length(max=NOTE_LIMIT)],
    )
    base = HiddenField()

    @property
    def base_version(self) -> int | None:
        """The id of the version it was written from."""
        number = str(self.base.data or "")
        return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None

    def validate_trial(self) -> bool:
        """Return whether the fields that a preview needs are valid: the note may come later."""
        self.validate()
        self.note.errors = []
        return not self.errors
