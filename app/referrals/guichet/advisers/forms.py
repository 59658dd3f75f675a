"""What an adviser answers for a firm, with who agreed to it, when and how."""

from wtforms import DateField, RadioField, StringField
from wtforms.validators import Optional

from app.core.now import today
from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.referrals.guichet.door.forms import DoorForm
from app.referrals.needs.models import ConsentHow

HOWS = (ConsentHow.SPOKEN, ConsentHow.WRITTEN)


class AdviserForm(DoorForm):
    """A request for a firm: one page, by somebody who is signed in."""

    door = None
    consent = None
    website = None
    name = StringField("Qui appeler dans l’entreprise ?", filters=[normalised])
    telephone = StringField("Son téléphone", filters=[normalised])
    email = StringField(
        "Son adresse électronique",
        filters=[normalised],
        description="L’entreprise y reçoit son lien de suivi.",
    )
    consent_by = StringField("Qui, dans l’entreprise, a donné son accord ?", filters=[normalised])
    consent_how = RadioField(
        "Comment ?", choices=choices((how.value, how.label) for how in HOWS), default=ConsentHow.SPOKEN.value,
        validate_choice=False,
    )  # fmt: skip
    consent_on = DateField("Quel jour ?", validators=[Optional()], default=today)

    class Meta(DsfrForm.Meta):
        """A session: a token protects it."""

        csrf = True


class AdviserWithdrawForm(DsfrForm):
    """Why a request is taken back."""

    reason = StringField("Pourquoi la retirer ?", filters=[normalised], description="Les conseillers le liront.")  # fmt: skip
