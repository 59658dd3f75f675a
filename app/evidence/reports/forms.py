"""The period and the place of a report."""

from wtforms import SelectField
from wtforms.validators import InputRequired

from app.core.web.forms import DsfrForm

#: in the form, the whole country
COUNTRY = "FR"


class ReportForm(DsfrForm):
    """Ask for a report; the periods and places offered depend on the day and on who asks."""

    period = SelectField("Période", validators=[InputRequired("Choisissez une période.")])
    region = SelectField("Où", validators=[InputRequired("Choisissez une région.")])
