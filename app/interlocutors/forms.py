"""What is asked of whoever writes whom to talk to in a firm: a name is enough."""

from wtforms import DateField, EmailField, HiddenField, RadioField, StringField, TelField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.interlocutors.models import InterlocutorSource
from app.interlocutors.services import NO_DAY, NOBODY


class InterlocutorForm(DsfrForm):
    """Who, how to reach them, and where that comes from."""

    name = StringField("Nom", filters=[normalised], validators=[DataRequired(NOBODY)])
    function = StringField(
        "Fonction",
        filters=[normalised],
        validators=[Optional()],
        description="Par exemple : dirigeante, directeur financier, expert-comptable.",
    )
    telephone = TelField("Téléphone", filters=[normalised], validators=[Optional()])
    email = EmailField("Adresse électronique", filters=[normalised], validators=[Optional()])
    source = RadioField(
        "D’où vient ce contact",
        choices=choices(InterlocutorSource.choices()),
        validators=[InputRequired("Dites d’où vient ce contact.")],
        default=InterlocutorSource.FIRM.value,
    )
    given_by = StringField(
        "Donné par",
        filters=[normalised],
        validators=[Optional()],
        description="Par exemple : la dirigeante, au téléphone.",
    )
    given_on = DateField("Donné le", validators=[DataRequired(NO_DAY)])
    #: what the page showed, and somebody alike whom the writer was told of
    shown = HiddenField()
    told = HiddenField()
