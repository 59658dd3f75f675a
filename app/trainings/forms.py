"""Forms to train a model and to measure it."""

from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.models_registry.models import ExcuseKind

LONGEST_REASON = 1000


class TrainingForm(DsfrForm):
    """Request a training now."""

    training_as_of = DateField(
        "Date des données",
        description="L’apprentissage lit ce qui était connu ce jour-là. Le modèle entre à l’essai, jamais en service.",
        validators=[InputRequired("Choisissez une date.")],
    )


class JudgeForm(DsfrForm):
    """Measure a model against the champion, with an excuse if its scores are expected to move."""

    kind = SelectField(
        "Ce qui déplace les scores",
        description="À remplir si un déplacement fort est voulu : la condition est alors tenue pour justifiée "
        "trente jours, et une autre personne doit signer.",
        choices=choices([("", "Rien n’est attendu"), *ExcuseKind.choices()]),
        validators=[Optional()],
    )
    motive = TextAreaField(
        "Ce qui a changé, et comment vous l’avez vérifié",
        description="Conservé dans le journal, lu par la personne qui signera.",
        filters=[normalised],
        validators=[Length(max=LONGEST_REASON)],
    )
