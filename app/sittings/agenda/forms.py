"""What is typed of an item of an agenda: before, during and after it is examined."""

from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from app.core.text.bounds import normalised
from app.core.web.cautions import CautiousForm
from app.core.web.forms import choices, number_or_none
from app.deadlines.services import EMPTY, NO_DAY
from app.sittings.models import ItemOutcome


class PrepareForm(CautiousForm):
    """Who presents it, and what is to be discussed; ``version``: that of the item when its page was opened."""

    SHARED = ("note",)

    version = HiddenField()
    speaker_id = SelectField(
        "Présentée par", coerce=number_or_none, choices=[], validate_choice=False
    )
    note = TextAreaField("Ce qui est à discuter", filters=[normalised])


class ItemDecisionForm(CautiousForm):
    """What became of it, and what was decided."""

    SHARED = ("decision",)

    version = HiddenField()
    outcome = RadioField(
        "Suite",
        choices=choices(ItemOutcome.choices()),
        validators=[InputRequired("Dites ce qu’il en est.")],
    )
    decision = TextAreaField("Décision", filters=[normalised])


class TaskForm(CautiousForm):
    """Who does what, and for when."""

    SHARED = ("what",)

    what = TextAreaField(
        "Ce qu’il y a à faire", filters=[normalised], validators=[DataRequired(EMPTY)]
    )
    due_on = DateField("Pour le", validators=[DataRequired(NO_DAY)])
    assignee_id = SelectField("Confiée à", coerce=number_or_none, choices=[], validate_choice=False)
