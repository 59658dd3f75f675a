"""What the holder of a link sends. The address is the proof that the e-mail is theirs: there is no session for a token to belong to."""

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired

from app.core.web.forms import DsfrForm, choices
from app.referrals.links.acting import Said
from app.referrals.needs.models import DeclineReason, ReferralState

CLOSING = (ReferralState.HELPED, ReferralState.NO_HELP, ReferralState.UNREACHABLE)
NO_REASON = "Choisissez pourquoi ce besoin n’est pas pour vous : il ira à quelqu’un d’autre."
TO_TEAM = "Obligatoire pour une autre raison. Lu par l’équipe et par l’auteur du besoin."
TO_FOLLOWERS = (
    "Lu par les experts de ce besoin, par son auteur et par l’équipe ; jamais par l’entreprise."
)
NO_END = "Dites ce qu’il en est."


class LinkForm(DsfrForm):
    """A form of the page of a link: ``number`` says what the page showed, and serves once."""

    class Meta(DsfrForm.Meta):
        """Whoever sends it holds the secret of its address."""

        csrf = False

    number = HiddenField()


class AcceptanceForm(LinkForm):
    """The expert takes the need in charge."""


class RefuseForm(LinkForm):
    """It is not for them, and why."""

    reason = RadioField(
        "Pourquoi ?",
        choices=choices(DeclineReason.choices()),
        validators=[InputRequired(NO_REASON)],
    )
    note = TextAreaField("Précisions", description=TO_TEAM)

    def said(self) -> Said:
        """Return what it answers."""
        return Said(
            state=ReferralState.NOT_MINE, number=self.number.data or "", reason=DeclineReason(self.reason.data),
            note=self.note.data,
        )  # fmt: skip


class CloseForm(LinkForm):
    """What came of it."""

    state = RadioField(
        "Où en est ce besoin ?",
        choices=choices([(state.value, state.label) for state in CLOSING]),
        validators=[InputRequired(NO_END)],
    )
    note = TextAreaField("En quelques mots", description=TO_FOLLOWERS)  # fmt: skip

    def said(self) -> Said:
        """Return what it answers."""
        state = ReferralState(self.state.data)
        return Said(state=state, number=self.number.data or "", note=self.note.data)


class MessageForm(LinkForm):
    """A message to those who follow the need."""

    body = TextAreaField("Votre message", description=TO_FOLLOWERS)  # fmt: skip
