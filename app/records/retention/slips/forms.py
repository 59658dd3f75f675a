"""The form of the visa of the archives."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.records.retention.models import LONGEST_REASON

GIVEN, REFUSED = "donne", "refuse"


class VisaForm(DsfrForm):
    """Whether what the slip lists may be eliminated."""

    visa = RadioField(
        "Votre décision",
        choices=choices([(GIVEN, "Donner le visa"), (REFUSED, "Refuser le visa")]),
        validators=[InputRequired("Choisissez : donner le visa, ou le refuser.")],
    )
    remark = TextAreaField(
        "Observations",
        description="Demandées pour un refus : ce qui est à garder, et jusqu’à quand. Ne nommez ni personne ni entreprise.",
        filters=[normalised],
        validators=[Length(max=LONGEST_REASON)],
    )
