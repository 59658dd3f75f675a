"""The form of a standard letter."""

from wtforms import HiddenField, StringField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, Optional

from app.campaigns.letters import WORDS
from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm


class StandardLetterForm(DsfrForm):
    """Naming a letter, and writing it; it is looked at, or kept."""

    label = StringField(
        "Nom", filters=[normalised], validators=[DataRequired("Donnez un nom à la lettre.")]
    )
    body = TextAreaField(
        "Texte",
        filters=[normalised],
        validators=[DataRequired("Écrivez la lettre.")],
        description="Sont remplacés : "
        + ", ".join(f"{{{word}}} ({meaning})" for word, meaning in WORDS.items())
        + ". Ne dites jamais qu’une entreprise est en alerte.",
    )
    #: the version that the page showed, so that nobody’s is lost
    shown = HiddenField(validators=[Optional()])
    #: pressed to look at the letter, and keep nothing yet
    preview = SubmitField("Voir l’aperçu")
