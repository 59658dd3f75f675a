"""What is asked of an expert, and of an absence."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, WholeNumberField, choices
from app.referrals.directory.experts.services import NO_DAYS, ExpertEntry
from app.referrals.directory.forms import EntryForm, shown_values
from app.referrals.directory.models import Expert, ExpertKind, ReferralSubject

SERVICE = "service_{}"


class ExpertForm(EntryForm):
    """An expert. One more field a subject says the service rendered: see `expert_form`."""

    who = RadioField(
        "Qui répond à cette adresse ?", choices=choices(ExpertKind.choices()), validators=[InputRequired("Choisissez.")]
    )  # fmt: skip
    name = StringField("Nom", filters=[normalised], validators=[InputRequired("Donnez un nom.")])
    email = StringField("Adresse électronique", filters=[normalised], validators=[InputRequired("Donnez une adresse.")])  # fmt: skip
    telephone = StringField("Téléphone", filters=[normalised])
    account = StringField("Adresse de son compte Vigie", filters=[normalised], description="S’il en a un.")  # fmt: skip
    capacity = WholeNumberField("Besoins ouverts au plus", validators=[Optional()], description="Vide : sans limite.")  # fmt: skip

    def entry(self, subjects: Sequence[ReferralSubject]) -> ExpertEntry:
        """Return what is said; raise `DomainError`."""
        services = {each.id: self[SERVICE.format(each.id)].data for each in subjects}
        return ExpertEntry(
            kind=ExpertKind(self.who.data),
            name=self.name.data or "",
            email=self.email.data or "",
            telephone=self.telephone.data or "",
            account=self.account.data or "",
            services={number: service for number, service in services.items() if service},
            areas=self.asked_areas,
            criteria=self.asked_criteria,
            criteria_subjects=self.asked_subjects,
            capacity=self.capacity.data,
            source=self.source.data or "",
            verified_on=self.verified_on.data,
        )


class ExpertAbsenceForm(DsfrForm):
    """Days away, and who stands in."""

    starts_on = DateField("Premier jour", validators=[InputRequired(NO_DAYS)])
    ends_on = DateField("Dernier jour", validators=[InputRequired(NO_DAYS)])
    delegate_id = SelectField(
        "Qui le remplace", choices=[], validate_choice=False,
        description="Il ne reçoit que les besoins dont il traite le sujet.",
    )  # fmt: skip


def expert_form(subjects: Sequence[ReferralSubject]) -> type[ExpertForm]:
    """Return the form of an expert with a field a subject: empty where they render no service."""
    fields = {
        SERVICE.format(subject.id): StringField(subject.label, filters=[normalised])
        for subject in subjects
    }
    return type("ExpertFormOfSubjects", (ExpertForm,), fields)


def values_of(expert: Expert, account: str) -> dict[str, Any]:
    """Return what the form shows of an expert."""
    return {
        **shown_values(expert),
        **{SERVICE.format(each.subject_id): each.service for each in expert.competences},
        "who": expert.kind.value,
        "name": expert.name,
        "email": expert.email,
        "telephone": expert.telephone,
        "account": account,
        "capacity": expert.capacity,
    }
