"""Forms to plan an échéance, and to change it."""

from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import DataRequired

from app.core.text.bounds import normalised
from app.core.web.cautions import CautiousForm
from app.core.web.forms import DsfrForm, number_or_none
from app.deadlines.services import EMPTY, NO_DAY
from app.network.comments.forms import AudienceField


class ChangeForm(DsfrForm):
    """For which day, and by whom."""

    due_on = DateField("Pour le", validators=[DataRequired(NO_DAY)])
    assignee_id = SelectField("Confiée à", coerce=number_or_none, validate_choice=False, choices=[])


class DeadlineForm(CautiousForm, ChangeForm):
    """The same with what is to be done, and who reads it."""

    SHARED = ("what",)

    what = TextAreaField(
        "Ce qu’il y a à faire", filters=[normalised], validators=[DataRequired(EMPTY)]
    )
    network_id = AudienceField("Qui pourra la lire")
