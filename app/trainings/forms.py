"""Forms to train a model and to measure it."""

from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm

LONGEST_REASON = 1000


class TrainingForm(DsfrForm):
    """Request a training now."""

    training_as_of = DateField(
        "Date des données",
        description="L’apprentissage lit ce qui était connu ce jour-là. Le modèle entre à l’essai, jamais en service.",
        validators=[InputRequired("Choisissez une date.")],
    )


class JudgeForm(DsfrForm):
    """Measure a model against the champion, with a reason if its scores are expected to move."""

    psi_reason = TextAreaField(
        "Pourquoi les scores se déplacent",
        description="À remplir si un déplacement fort est voulu, par exemple une source nouvelle : "
        "la condition est alors tenue pour justifiée.",
        filters=[normalised],
        validators=[Length(max=LONGEST_REASON)],
    )
