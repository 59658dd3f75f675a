"""Fields that entries of the directory share: where, for which firms, since when it is known; and the filters of its list."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import Optional

from app.companies.models import ProcedureStatus
from app.core.text.bounds import normalised
from app.core.web.forms import (
    CheckboxesField,
    DsfrForm,
    WholeNumberField,
    choices,
    flag_or_none,
    number_or_none,
)
from app.referrals.criteria import Criteria
from app.referrals.directory import typed
from app.referrals.directory.models import Antenne, Expert, ReferralSubject
from app.referrals.directory.versions import ChangedMeanwhileError

ANY = ("", "Peu importe")
CODES = "Séparez par des virgules."
NAF = f"Débuts de codes, par exemple 25, 2550. {CODES}"
LEGAL = f"Débuts de codes, par exemple 57, 5710. {CODES}"
DEBTS = choices([ANY, ("oui", "Avec une dette"), ("non", "Sans dette")])
FIRSTS = choices([ANY, ("oui", "Première demande"), ("non", "Déjà une demande")])


class EntryForm(DsfrForm):
    """The territory of an entry, its criteria, its source and when somebody verified it."""

    areas = StringField("Territoire", filters=[normalised])
    workforce_min = WholeNumberField("Effectif minimum", validators=[Optional()])
    workforce_max = WholeNumberField("Effectif maximum", validators=[Optional()])
    age_min = WholeNumberField("Ancienneté minimum, en années", validators=[Optional()])
    age_max = WholeNumberField("Ancienneté maximum, en années", validators=[Optional()])
    naf_accepted = StringField("Codes NAF acceptés", filters=[normalised], description=NAF)  # fmt: skip
    naf_excluded = StringField("Codes NAF exclus", filters=[normalised], description=CODES)
    legal_accepted = StringField("Catégories juridiques acceptées", filters=[normalised], description=LEGAL)  # fmt: skip
    legal_excluded = StringField("Catégories juridiques exclues", filters=[normalised], description=CODES)  # fmt: skip
    procedures = CheckboxesField(
        "Situations acceptées", choices=choices(ProcedureStatus.choices()), description="Aucune case : toutes."
    )  # fmt: skip
    debt = SelectField("Dette déclarée par l’entreprise", choices=DEBTS, validate_choice=False)  # fmt: skip
    first = SelectField("Demandes précédentes", choices=FIRSTS, validate_choice=False)  # fmt: skip
    criteria_subjects = CheckboxesField(
        "Ces critères ne valent que pour",
        choices=[],
        description="Aucune case : pour tous les sujets.",
    )
    source = StringField("Source", filters=[normalised], description="Qui l’a donné : un fichier, un partenaire, vous.")  # fmt: skip
    verified_on = DateField("Vérifié le", validators=[Optional()])
    #: the version of the entry that the page showed
    shown = HiddenField()

    def offer(self, subjects: Sequence[ReferralSubject]) -> None:
        """Offer the subjects that criteria may be limited to."""
        offered = [(str(each.id), each.label) for each in subjects]
        self.criteria_subjects.choices = choices(offered)

    @property
    def asked_subjects(self) -> list[int]:
        """The subjects that the criteria are limited to."""
        return [int(number) for number in self.criteria_subjects.data or ()]

    @property
    def asked_areas(self) -> list[str]:
        """The areas that are typed; raise `DomainError`."""
        return typed.areas_of(self.areas.data, field="areas")

    @property
    def asked_criteria(self) -> Criteria:
        """The conditions that are typed; raise `DomainError`."""
        return Criteria(
            workforce_min=self.workforce_min.data,
            workforce_max=self.workforce_max.data,
            age_min=self.age_min.data,
            age_max=self.age_max.data,
            naf_accepted=typed.naf_of(self.naf_accepted.data, field="naf_accepted"),
            naf_excluded=typed.naf_of(self.naf_excluded.data, field="naf_excluded"),
            legal_accepted=typed.legal_of(self.legal_accepted.data, field="legal_accepted"),
            legal_excluded=typed.legal_of(self.legal_excluded.data, field="legal_excluded"),
            procedures=tuple(self.procedures.data or ()),
            debt=flag_or_none(self.debt.data),
            first=flag_or_none(self.first.data),
        )


class DirectoryFilterForm(DsfrForm):
    """The filters of the directory, in its address."""

    q = StringField("Nom ou adresse", filters=[normalised])
    institution = SelectField("Institution", choices=[], validate_choice=False)
    sujet = SelectField("Sujet", choices=[], validate_choice=False)
    territoire = StringField("Commune, département ou région", filters=[normalised])
    etat = SelectField("État", choices=choices([("", "En service"), ("archive", "Archivés")]))

    class Meta(DsfrForm.Meta):
        """A search: nothing is written."""

        csrf = False


def offered_subjects(
    known: Sequence[ReferralSubject], held: Collection[int]
) -> list[ReferralSubject]:
    """Return the subjects that criteria may be limited to: those of today, and those they are limited to already."""
    return [each for each in known if each.archived_at is None or each.id in held]


@contextmanager
def version_kept(form: EntryForm) -> Iterator[int | None]:
    """Yield the version that the page showed; when it is no longer the last one, sending again is about the last one."""
    try:
        yield number_or_none(form.shown.data)
    except ChangedMeanwhileError as error:
        form.shown.data = str(error.version)
        raise


def shown_values(entry: Antenne | Expert) -> dict[str, Any]:
    """Return what the fields of `EntryForm` show of an entry."""
    criteria = Criteria.of(entry.criteria)
    lists = ("naf_accepted", "naf_excluded", "legal_accepted", "legal_excluded")
    bounds = ("workforce_min", "workforce_max", "age_min", "age_max")
    return {
        "areas": typed.written_areas(entry.areas),
        **{name: ", ".join(getattr(criteria, name)) for name in lists},
        **{name: getattr(criteria, name) for name in bounds},
        "procedures": list(criteria.procedures),
        "debt": _said(criteria.debt),
        "first": _said(criteria.first),
        "criteria_subjects": [str(number) for number in entry.criteria_subjects],
        "shown": str(entry.version),
        "source": entry.source,
        "verified_on": entry.verified_on,
    }


def _said(flag: bool | None) -> str:
    return "" if flag is None else "oui" if flag else "non"
