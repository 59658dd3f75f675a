"""Declare an absence."""

from wtforms import DateField, SelectField
from wtforms.validators import DataRequired

from app.core.web.forms import DsfrForm, number_or_none
from app.habilitations.absences.services import NO_DAY, DeclaredAbsence


class AbsenceForm(DsfrForm):
    """From which day to which, and whom to see meanwhile."""

    starts_on = DateField("Premier jour d’absence", validators=[DataRequired(NO_DAY)])
    ends_on = DateField("Dernier jour d’absence", validators=[DataRequired(NO_DAY)])
    delegate_id = SelectField("Qui voir entre-temps", coerce=str, validate_choice=False, choices=[])

    @property
    def said(self) -> DeclaredAbsence:
        """What was typed."""
        return DeclaredAbsence(
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            delegate_id=number_or_none(self.delegate_id.data),
        )
