"""The period and the filters of the figures; sent by GET, so that the address identifies the view."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import DateField, SelectField
from wtforms.validators import Optional

from app.core.now import today
from app.core.web.forms import DsfrForm, choices, number_or_none
from app.habilitations.reference.geography import COLLECTIVITIES, DEPARTMENTS
from app.referrals.directory.models import ReferralSubject
from app.referrals.needs.models import Origin
from app.referrals.quality.figures.queries import QualityFilter, QualityScope

YEAR = timedelta(days=365)


class QualityForm(DsfrForm):
    """Needs filed between two days, of a subject, an institution, an antenne, a département, a door."""

    class Meta(DsfrForm.Meta):
        """A filter changes nothing: it needs no token."""

        csrf = False

    since = DateField("Déposés depuis le", validators=[Optional()])
    until = DateField("Jusqu’au", validators=[Optional()])
    sujet = SelectField("Sujet", choices=[], coerce=number_or_none, validate_choice=False)
    institution = SelectField("Institution", choices=[], coerce=number_or_none, validate_choice=False)  # fmt: skip
    antenne = SelectField("Antenne", choices=[], coerce=number_or_none, validate_choice=False)
    departement = SelectField("Département", choices=[], validate_choice=False)
    origine = SelectField(
        "Porte d’entrée", choices=choices([("", "Toutes"), *Origin.choices()]), validators=[Optional()]
    )  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether both dates are valid and in order."""
        if not super().validate(extra_validators):
            return False
        asked = self.asked()
        if asked.since > asked.until:
            self.until.errors = ["La période finit avant de commencer : vérifiez les deux dates."]
        return asked.since <= asked.until

    def offer(
        self, scope: QualityScope, subjects: Sequence[ReferralSubject], antennes: Sequence[Any]
    ) -> None:
        """Offer what the scope holds."""
        held = [each for each in antennes if not scope.is_of_antennes or each.id in scope.antennes]
        self.sujet.choices = _every("Tous", ((each.id, each.label) for each in subjects))
        institutions = {each.institution_id: each.institution for each in held}
        self.institution.choices = _every("Toutes", institutions.items())
        self.antenne.choices = _every("Toutes", ((each.id, f"{each.institution} – {each.name}") for each in held))  # fmt: skip
        codes = scope.departments or [*DEPARTMENTS, *COLLECTIVITIES]
        named = {**DEPARTMENTS, **COLLECTIVITIES}
        self.departement.choices = _every("Tous", ((code, f"{named[code]} ({code})") for code in codes))  # fmt: skip

    def asked(self) -> QualityFilter:
        """Return what is asked for; by default the last year."""
        until = self.until.data or today()
        return QualityFilter(
            since=self.since.data or max(until, date.min + YEAR) - YEAR,
            until=until,
            subject_id=self.sujet.data,
            institution_id=self.institution.data,
            antenne_id=self.antenne.data,
            department=self.departement.data or None,
            origin=Origin(self.origine.data) if self.origine.data else None,
        )


def _every(all_of_them: str, options: Iterable[tuple[object, str]]) -> Any:
    return choices([("", all_of_them), *((str(value), label) for value, label in options)])
