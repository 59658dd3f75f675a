"""What is asked of an institution and of an antenne."""

import re
from typing import Any

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, WholeNumberField
from app.referrals.directory.antennes.services import NO_NAME, AntenneEntry
from app.referrals.directory.forms import EntryForm, shown_values
from app.referrals.directory.models import Antenne


class InstitutionForm(DsfrForm):
    """An institution."""

    name = StringField("Nom", filters=[normalised], validators=[InputRequired(NO_NAME)])
    description = StringField("Ce qu’elle fait pour les entreprises", filters=[normalised])


class InstitutionChangeForm(InstitutionForm):
    """The same, and whether it is still a partner."""

    archived = BooleanField("Archiver : plus aucun besoin ne parvient à ses experts")


class AntenneForm(EntryForm):
    """An antenne."""

    name = StringField("Nom", filters=[normalised], validators=[InputRequired(NO_NAME)])
    most = WholeNumberField(
        "Experts à qui un même besoin est adressé, au plus", validators=[Optional()],
        description="Les moins chargés d’abord. Vide : tous.",
    )  # fmt: skip

    def entry(self) -> AntenneEntry:
        """Return what is said; raise `DomainError`."""
        return AntenneEntry(
            name=self.name.data or "",
            areas=self.asked_areas,
            criteria=self.asked_criteria,
            criteria_subjects=self.asked_subjects,
            most=self.most.data,
            source=self.source.data or "",
            verified_on=self.verified_on.data,
        )


class ManagersForm(DsfrForm):
    """Who keeps the entries of an antenne."""

    managers = StringField(
        "Adresses de leurs comptes", filters=[normalised], description="Séparées par des virgules. Vide : les administrateurs seuls.",
    )  # fmt: skip

    @property
    def emails(self) -> list[str]:
        """The addresses, each once."""
        parts = re.split(r"[\s,;]+", self.managers.data or "")
        return list(dict.fromkeys(part.lower() for part in parts if part))


def values_of(antenne: Antenne) -> dict[str, Any]:
    """Return what the form shows of an antenne."""
    return {**shown_values(antenne), "name": antenne.name, "most": antenne.most}
