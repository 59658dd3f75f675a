"""What is said of a need: that one takes it, that it is not for oneself, how it ended, why it is taken back; a message."""

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices, number_or_none
from app.referrals.needs.models import LONGEST_REASON, DeclineReason, ReferralState

OUTCOMES = (ReferralState.HELPED, ReferralState.NO_HELP, ReferralState.UNREACHABLE)
READ_BY = "Lu par ceux qui suivent ce besoin, jamais par l’entreprise."


class ShownForm(DsfrForm):
    """A button; ``shown``: the version of the referral that the page showed."""

    shown = HiddenField()

    @property
    def version(self) -> int | None:
        """The version that the page showed."""
        return number_or_none(self.shown.data)


class RefusalForm(ShownForm):
    """Why a need is not for oneself."""

    reason = RadioField(
        "Pourquoi ?", choices=choices(DeclineReason.choices()),
        validators=[InputRequired("Choisissez pourquoi : le besoin ira à quelqu’un d’autre.")],
    )  # fmt: skip
    note = TextAreaField("Précisions", description=READ_BY, validators=[Optional()])


class OutcomeForm(ShownForm):
    """What became of a need that one took."""

    outcome = RadioField(
        "Qu’est-ce que cela a donné ?", choices=choices([(each.value, each.label) for each in OUTCOMES]),
        validators=[InputRequired("Choisissez ce que cela a donné.")],
    )  # fmt: skip
    note = TextAreaField("Précisions", description=READ_BY, validators=[Optional()])


class NeedWithdrawalForm(DsfrForm):
    """Why a need is taken back."""

    reason = TextAreaField(
        "Pourquoi ce besoin est-il retiré ?",
        description="Ses experts le liront ; ils ne verront plus les coordonnées.",
        validators=[Length(max=LONGEST_REASON, message=f"{LONGEST_REASON} caractères au plus.")],
    )


class NeedMessageForm(DsfrForm):
    """A message to whoever follows a need."""

    body = TextAreaField("Votre message", description=READ_BY)


class ExpertSearchForm(DsfrForm):
    """Experts by name; sent by GET."""

    class Meta(DsfrForm.Meta):
        """A search changes nothing: it needs no token."""

        csrf = False

    q = StringField("Nom ou adresse de l’expert", filters=[normalised], validators=[Optional()])
