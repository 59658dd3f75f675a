"""What is asked of whoever contacts a firm: one minute on a phone, and what is typed is the visit."""

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.campaigns.models import RESULTS, Cancellation, ContactEnding, Delay
from app.core.text.bounds import normalised
from app.core.web.cautions import CautiousForm
from app.core.web.forms import DsfrForm, choices
from app.network.comments.forms import AudienceField
from app.visits.forms import NOT_A_DATE
from app.visits.models import Channel

#: what each result means, where it is chosen
MEANS = {
    ContactEnding.NEED: " : elle a une difficulté",
    ContactEnding.UNAFFECTED: " : elle n’en a pas",
    ContactEnding.REFUSAL: " : elle ne veut pas en parler",
    ContactEnding.UNREACHABLE: " : personne n’a répondu",
}


class TakeForm(DsfrForm):
    """A contact taken; ``told``: what its agent was shown of who is in touch already."""

    told = HiddenField()


class PutOffForm(DsfrForm):
    """For how long."""

    delay = RadioField(
        "Pour combien de temps",
        choices=choices(Delay.choices()),
        validators=[InputRequired("Dites pour combien de temps.")],
    )


class GiveBackForm(DsfrForm):
    """Why."""

    reason = RadioField(
        "Pourquoi",
        choices=choices(Cancellation.choices()),
        validators=[InputRequired("Dites pourquoi vous rendez ce contact.")],
    )


class ResultForm(CautiousForm):
    """What the firm said, when and how, and what comes next."""

    SHARED = ("body", "next_step")

    ending = RadioField(
        "Ce que le contact a donné",
        choices=choices([(each.value, f"{each.label}{MEANS.get(each, '')}") for each in RESULTS]),
        validators=[InputRequired("Dites ce que le contact a donné.")],
    )
    channel = RadioField(
        "Comment",
        choices=choices(Channel.choices()),
        validators=[InputRequired("Dites comment le contact a eu lieu.")],
    )
    visited_on = DateField("Date", validators=[DataRequired(NOT_A_DATE)])
    siret = SelectField("Établissement", choices=[], validate_choice=False)
    body = TextAreaField("Compte rendu", filters=[normalised], validators=[Optional()])
    network_id = AudienceField("Qui pourra lire le compte rendu")
    next_step = StringField("Prochaine étape", filters=[normalised], validators=[Optional()])
    next_step_on = DateField("Pour le", validators=[Optional()])
