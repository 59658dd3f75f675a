"""The form of a measure that was mobilised."""

from collections.abc import Sequence

from wtforms import DateField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.cases.measures.services import Mobilised
from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, WholeNumberField, number_or_none
from app.values.forms import value_choices
from app.values.models import ListValue


class MeasureForm(DsfrForm):
    """Which measure, how much, from when to when."""

    value_id = RadioField(
        "Dispositif",
        choices=[],
        validate_choice=False,
        validators=[InputRequired("Choisissez un dispositif.")],
    )
    amount = WholeNumberField(
        "Montant", validators=[Optional()], description="En euros, sans centimes."
    )
    starts_on = DateField(
        "Début", validators=[DataRequired("Saisissez une date, par exemple 22/11/2026.")]
    )
    ends_on = DateField("Fin", validators=[Optional()])
    note = StringField(
        "Note",
        filters=[normalised],
        validators=[Optional()],
        description="Lue par tous ceux qui voient l’accompagnement. 300 caractères au plus.",
    )

    def offer(self, values: Sequence[ListValue]) -> None:
        """Offer these measures, each with its definition."""
        self.value_id.choices = value_choices(values)

    @property
    def said(self) -> Mobilised:
        """What was sent."""
        return Mobilised(
            value_id=number_or_none(self.value_id.data),
            amount=self.amount.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            note=self.note.data,
        )
