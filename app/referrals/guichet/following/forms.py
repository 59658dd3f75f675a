"""What a firm may do by its link: take back, answer the five questions. Without CSRF token: the address is what proves it is theirs."""

from wtforms import RadioField, StringField, TextAreaField

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices, flag_or_none
from app.referrals.guichet.following.models import Help, Satisfaction
from app.referrals.guichet.following.services import Opinion

YES_NO = choices([("oui", "Oui"), ("non", "Non")])


class FollowUpForm(DsfrForm):
    """A form of a page that a secret address opens."""

    class Meta(DsfrForm.Meta):
        """Nobody is signed in: no session to forge."""

        csrf = False


class FirmWithdrawForm(FollowUpForm):
    """Why a firm takes needs back."""

    reason = StringField("Pourquoi ?", filters=[normalised], description="Les conseillers le liront. Exemple : c’est réglé.")  # fmt: skip


class OpinionForm(FollowUpForm):
    """The five questions."""

    was_called = RadioField("Un conseiller vous a-t-il appelé ou écrit ?", choices=YES_NO, validate_choice=False)  # fmt: skip
    was_quick = RadioField("Assez vite ?", choices=YES_NO, validate_choice=False)
    helped = RadioField(
        "Cela vous a-t-il aidé ?", choices=choices((each.value, each.label) for each in Help), validate_choice=False
    )  # fmt: skip
    recommends = RadioField("Conseilleriez-vous ce guichet à une autre entreprise ?", choices=YES_NO, validate_choice=False)  # fmt: skip
    comment = TextAreaField("Qu’aurions-nous pu mieux faire ?", filters=[normalised])

    @property
    def opinion(self) -> Opinion:
        """What was answered."""
        known = {each.value: each for each in Help}
        return Opinion(
            was_called=flag_or_none(self.was_called.data),
            was_quick=flag_or_none(self.was_quick.data),
            helped=known.get(self.helped.data or ""),
            recommends=flag_or_none(self.recommends.data),
            comment=self.comment.data,
        )


def shown_values(said: Satisfaction) -> dict[str, str]:
    """Return what the fields of `OpinionForm` show of what was answered before."""
    if said.answered_at is None or said.helped is None:
        return {}
    flags = {
        name: "oui" if getattr(said, name) else "non"
        for name in ("was_called", "was_quick", "recommends")
    }
    return {**flags, "helped": said.helped.value, "comment": said.comment}
