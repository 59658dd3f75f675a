"""The filters of the journal, in the URL of its pages."""

from datetime import date, timedelta

from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from app.audit.reading.presenters import ActivityKind, events_of
from app.audit.reading.queries import JournalQuery
from app.core.journal import Event
from app.core.now import today
from app.core.web.forms import DsfrForm, choices

A_MONTH = timedelta(days=30)
BACKWARDS = "La période finit avant de commencer : vérifiez les deux dates."
NOT_A_DATE = "Saisissez une date, par exemple 22/11/2026."


class JournalFilterForm(DsfrForm):
    """Filters change nothing: no CSRF token is needed."""

    class Meta(DsfrForm.Meta):
        """No token."""

        csrf = False


class PeriodForm(JournalFilterForm):
    """Between two days, inclusive; by default the last thirty."""

    du = DateField("Du", validators=[Optional()])
    au = DateField("Au", validators=[Optional()])

    def validate_au(self, field: DateField) -> None:
        """Raise `ValidationError` when the period ends before it begins."""
        if self.du.data and field.data and self.du.data > field.data:
            raise ValidationError(BACKWARDS)

    def period(self) -> tuple[date, date]:
        """Return the requested days."""
        until = self.au.data or today()
        return self.du.data or max(until, date.min + A_MONTH) - A_MONTH, until


class JournalForm(PeriodForm):
    """The filters of the journal."""

    agent = StringField(
        "Agent",
        validators=[Optional(), Length(max=100, message="100 caractères au plus.")],
        description="Un nom, ou un numéro de compte.",
    )
    evenement = SelectField(
        "Événement",
        default="",
        choices=choices(
            [("", "Tous"), *sorted(Event.choices(), key=lambda choice: choice[1].lower())]
        ),
    )
    entreprise = StringField(
        "Entreprise",
        filters=[lambda typed: "".join((typed or "").split())],
        validators=[Optional(), Regexp(r"\d{9}$", message="Saisissez un siren : neuf chiffres.")],
        description="Son siren.",
    )
    hors_zone = BooleanField("Consultations hors zone seulement")

    def query(self) -> JournalQuery:
        """Return the query; an invalid filter is ignored."""
        valid = {
            name: None if self.errors.get(name) else field.data
            for name, field in self._fields.items()
        }
        event = valid["evenement"]
        return JournalQuery(
            since=valid["du"],
            until=valid["au"],
            agent=" ".join((valid["agent"] or "").split()),
            events=(Event(event),) if event else (),
            siren=valid["entreprise"] or "",
            out_of_zone=bool(valid["hors_zone"]),
        )


class OwnForm(PeriodForm):
    """The filters of the agent's own lines."""

    quoi = SelectField(
        "Ce que j’ai fait", default="", choices=choices([("", "Tout"), *ActivityKind.choices()])
    )

    def query(self) -> JournalQuery:
        """Return the query; an invalid filter is ignored."""
        return JournalQuery(
            since=None if self.du.errors else self.du.data,
            until=None if self.au.errors else self.au.data,
            events=()
            if self.quoi.errors or not self.quoi.data
            else events_of(ActivityKind(self.quoi.data)),
        )
