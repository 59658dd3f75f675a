"""The period, the départements and the breakdown of the funnel; sent by GET, so that the URL identifies the view."""

from datetime import date, timedelta
from typing import Any

from wtforms import DateField, SelectField
from wtforms.validators import Optional

from app.core.now import today
from app.core.web.forms import CheckboxesField, DsfrForm, choices
from app.impact.breakdowns import Breakdown
from app.impact.queries import Period

TWO_YEARS = timedelta(days=731)


class FunnelFilter(DsfrForm):
    """Firms first detected between two dates."""

    class Meta(DsfrForm.Meta):
        """A filter changes nothing: it needs no token."""

        csrf = False

    since = DateField("Détectées depuis le", validators=[Optional()])
    until = DateField("Jusqu’au", validators=[Optional()])
    departement = CheckboxesField("Départements", validators=[Optional()])
    par = SelectField(
        "Détail par",
        choices=choices(Breakdown.choices()),
        default=Breakdown.DEPARTMENT.value,
        validators=[Optional()],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether both dates are valid and in order, and the départements belong to the zone."""
        if not super().validate(extra_validators):
            return False
        period = self.period()
        if period.since > period.until:
            self.until.errors = ["La période finit avant de commencer : vérifiez les deux dates."]
        return period.since <= period.until

    def breakdown(self) -> Breakdown:
        """Return what the groups are; départements unless another is asked for."""
        return Breakdown(self.par.data or Breakdown.DEPARTMENT)

    def period(self) -> Period:
        """Return the requested period; by default the last two years."""
        until = self.until.data or today()
        return Period(
            since=self.since.data or max(until, date.min + TWO_YEARS) - TWO_YEARS,
            until=until,
            departments=tuple(self.departement.data or ()),
        )
