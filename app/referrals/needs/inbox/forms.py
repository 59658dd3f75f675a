"""The filters of a list of needs."""

from collections.abc import Sequence

from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices, number_or_none
from app.habilitations.reference.geography import DEPARTMENTS
from app.referrals.directory.models import ReferralSubject
from app.referrals.needs.inbox.queries import NeedFilter
from app.referrals.needs.models import NeedState


class NeedFilterForm(DsfrForm):
    """Needs of a subject, a state, a département, a period, or that say something; sent by GET."""

    class Meta(DsfrForm.Meta):
        """A filter changes nothing: it needs no token."""

        csrf = False

    q = StringField("Entreprise, siren ou mots du message", filters=[normalised], validators=[Optional()])  # fmt: skip
    sujet = SelectField("Sujet", validate_choice=False)
    etat = SelectField("État", choices=choices([("", "Tous"), *NeedState.choices()]), validate_choice=False)  # fmt: skip
    departement = SelectField(
        "Département",
        choices=choices([("", "Tous"), *((code, f"{code} – {name}") for code, name in DEPARTMENTS.items())]),
        validate_choice=False,
    )  # fmt: skip
    depuis = DateField("Reçu depuis le", validators=[Optional()])
    jusqu_au = DateField("Jusqu’au", validators=[Optional()])

    def offer(self, subjects: Sequence[ReferralSubject]) -> None:
        """Offer the subjects."""
        self.sujet.choices = choices([("", "Tous"), *((str(each.id), each.label) for each in subjects)])  # fmt: skip

    def wanted(self) -> NeedFilter:
        """Return what is asked for: what no list offers filters nothing."""
        state = self.etat.data
        return NeedFilter(
            words=self.q.data or "",
            subject_id=number_or_none(self.sujet.data),
            state=NeedState(state) if state in {each.value for each in NeedState} else None,
            department=self.departement.data if self.departement.data in DEPARTMENTS else "",
            since=self.depuis.data,
            until=self.jusqu_au.data,
        )
