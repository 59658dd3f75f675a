"""What is asked of whoever sends a need from an accompagnement."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from app.core.text.bounds import normalised
from app.core.web.cautions import CautiousForm
from app.core.web.forms import CheckboxesField, DsfrForm, choices, flag_or_none, number_or_none
from app.interlocutors.models import Interlocutor
from app.referrals.directory.models import ReferralSubject
from app.referrals.needs.models import ConsentHow
from app.referrals.routing.forms import SAID
from app.referrals.sending.preparing import OrientingSaid

#: the field of the subjects of a theme
THEME = "theme_{}"
AGREED = choices((how.value, how.label) for how in (ConsentHow.SPOKEN, ConsentHow.WRITTEN))
TYPED = ("", "Quelqu’un d’autre : je donne ses coordonnées")


class SendingForm(CautiousForm):
    """A need of the firm and whom to call. One more field a theme offers its subjects: see `sending_form`."""

    SHARED = ("message",)

    commune = StringField(
        "Commune", filters=[normalised], description="Où l’aide est attendue : nom, code postal ou code Insee.",
        validators=[InputRequired("Choisissez une commune : un expert y est cherché.")],
    )  # fmt: skip
    message = TextAreaField(
        "Ce que demande l’entreprise", filters=[normalised], validators=[Optional()],
        description="Avec ses mots. N’y mettez rien que l’entreprise n’a pas dit elle-même : ni chiffre confidentiel, ni alerte.",
    )  # fmt: skip
    interlocutor = SelectField("Qui rappeler", choices=[], validate_choice=False)
    name = StringField("Nom de la personne à rappeler", filters=[normalised])
    telephone = TelField("Téléphone", filters=[normalised])
    email = EmailField("Adresse électronique", filters=[normalised])
    has_debt = SelectField("L’entreprise dit avoir une dette", choices=SAID, validate_choice=False)
    is_first = SelectField("C’est sa première demande", choices=SAID, validate_choice=False)

    def said(self, subjects: Sequence[ReferralSubject]) -> OrientingSaid:
        """Return what is said; ``subjects``: those that were offered."""
        themes = {each.theme_id for each in subjects}
        ticked = [number for theme in themes for number in self[THEME.format(theme)].data or ()]
        known = {str(each.id) for each in subjects}
        return OrientingSaid(
            subject_ids=[int(number) for number in ticked if number in known],
            commune=self.commune.data, message=self.message.data,
            interlocutor_id=number_or_none(self.interlocutor.data), name=self.name.data,
            telephone=self.telephone.data, email=self.email.data, has_debt=flag_or_none(self.has_debt.data),
            is_first=flag_or_none(self.is_first.data), **self.consent,
        )  # fmt: skip

    @property
    def consent(self) -> dict[str, Any]:
        """How the firm agreed."""
        raise NotImplementedError


class AgreedForm(SendingForm):
    """The same, and who agreed, how, when."""

    consent_how = RadioField(
        "Comment l’entreprise a donné son accord", choices=AGREED,
        validators=[InputRequired("Dites comment l’entreprise a donné son accord.")],
    )  # fmt: skip
    consent_by = StringField(
        "Qui a donné son accord", filters=[normalised], description="Son nom et sa fonction."
    )
    consent_on = DateField("Quand", validators=[Optional()])

    @property
    def consent(self) -> dict[str, Any]:
        """Who agreed, how, when."""
        how = ConsentHow(self.consent_how.data)
        return {"consent_how": how, "consent_by": self.consent_by.data, "consent_on": self.consent_on.data}  # fmt: skip


class OverridingForm(SendingForm):
    """The same for a manager who sends it without the consent of the firm, for a reason."""

    override_reason = TextAreaField(
        "Pourquoi passer outre l’accord de l’entreprise", filters=[normalised], validators=[Optional()],
        description="Gardé, lu par les contrôleurs et par les experts à qui le besoin est adressé.",
    )  # fmt: skip

    @property
    def consent(self) -> dict[str, Any]:
        """Why without."""
        return {"consent_how": ConsentHow.OVERRIDDEN, "consent_by": self.override_reason.data, "consent_on": None}  # fmt: skip


class ReadAgainForm(DsfrForm):
    """The button that sends what was read."""

    #: what stands for what the page showed
    read = HiddenField()


def sending_form(
    base: type[SendingForm], subjects: Sequence[ReferralSubject], people: Sequence[Interlocutor]
) -> type[SendingForm]:
    """Return the form with the subjects of each theme, and the people of the firm who can be called."""
    themes: dict[int, list[ReferralSubject]] = {}
    for subject in subjects:
        themes.setdefault(subject.theme_id, []).append(subject)
    fields: dict[str, object] = {
        THEME.format(theme_id): CheckboxesField(
            several[0].theme.label,
            choices=choices([(str(each.id), each.label) for each in several]),
        )
        for theme_id, several in themes.items()
    }
    reachable = [(str(each.id), each.full_label) for each in people if each.is_reachable]
    fields["interlocutor"] = SelectField(
        "Qui rappeler", choices=choices([*reachable, TYPED]), validate_choice=False
    )
    return type("SendingFormOfSubjects", (base,), fields)
