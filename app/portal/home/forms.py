"""What is chosen of an alert on the home page."""

from wtforms import SelectField
from wtforms.validators import InputRequired

from app.core.text.labelled import LabelledEnum
from app.core.web.forms import DsfrForm, choices
from app.portal.home.models import Postponement


class Act(LabelledEnum):
    """What may be done of an alert in place."""

    FOLLOW = "suivre", "Suivre"
    LATER = "plus_tard", "Plus tard"


class HandleForm(DsfrForm):
    """Follow the firm, or put its alert aside until a date."""

    act = SelectField(
        "Que faire de l’alerte",
        choices=choices(Act.choices()),
        validators=[InputRequired("Choisissez ce que vous faites de l’alerte.")],
    )
    until = SelectField(
        "Me la montrer de nouveau",
        choices=choices(Postponement.choices()),
        default=Postponement.WEEK.value,
    )
