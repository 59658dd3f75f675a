"""The form of a synthèse: three headings, and the version that it begins with."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Optional

from app.cases.summaries.models import HEADINGS
from app.core.text.bounds import normalised
from app.core.web.cautions import CautiousForm
from app.core.web.forms import number_or_none


class SummaryForm(CautiousForm):
    """What is known of an accompagnement, for a network."""

    SHARED = ("context", "difficulties", "actions")

    context = TextAreaField(HEADINGS["context"], filters=[normalised], validators=[Optional()])
    difficulties = TextAreaField(
        HEADINGS["difficulties"], filters=[normalised], validators=[Optional()]
    )
    actions = TextAreaField(HEADINGS["actions"], filters=[normalised], validators=[Optional()])
    version = HiddenField(default="0")

    @property
    def began_with(self) -> int:
        """The version that the form was filled from; 0 when nothing had been written."""
        return number_or_none(self.version.data or "") or 0
