"""The form to ask that a rule change."""

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, WholeNumberField, choices
from app.records.retention.models import LONGEST, LONGEST_BASIS, LONGEST_REASON, RetentionRule
from app.records.retention.objects import OBJECTS

MONTHS = "Donnez un nombre de mois, par exemple 24."


class RetentionForm(DsfrForm):
    """How long, what becomes of it, why."""

    in_use_months = WholeNumberField(
        "Utilité courante, en mois",
        description="Le temps pendant lequel les agents s’en servent.",
        validators=[InputRequired(MONTHS), NumberRange(1, LONGEST, f"De 1 à {LONGEST} mois.")],
    )
    intermediate_months = WholeNumberField(
        "Utilité intermédiaire, en mois",
        description="Le temps pendant lequel on peut encore en avoir besoin : un contrôle, un recours. 0 s’il n’y en a pas.",
        validators=[InputRequired(MONTHS), NumberRange(0, LONGEST, f"De 0 à {LONGEST} mois.")],
    )
    fate = SelectField("Sort final", validators=[InputRequired("Choisissez le sort final.")])
    basis = StringField(
        "Base légale",
        description="Le texte, ou le tableau de gestion qui le dit.",
        filters=[normalised],
        validators=[
            DataRequired("Donnez la base légale."),
            Length(max=LONGEST_BASIS, message=f"{LONGEST_BASIS} caractères au plus."),
        ],
    )
    reason = TextAreaField(
        "Pourquoi ce changement",
        description="Lu par la personne qui le décide.",
        filters=[normalised],
        validators=[DataRequired("Dites pourquoi."), Length(max=LONGEST_REASON)],
    )

    def offer(self, rule: RetentionRule) -> None:
        """Offer the fates that the object may have."""
        possible = [(each.value, each.label) for each in OBJECTS[rule.object].fates]
        self.fate.choices = choices(possible)
