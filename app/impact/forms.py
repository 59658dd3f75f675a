"""The period and the départements of the funnel; sent by GET, so that the address is the view."""

from datetime import timedelta

from wtforms import DateField
from wtforms.validators import Optional

from app.core.dsfr_forms import CheckboxesField, DsfrForm
from app.core.now import today
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

    def period(self) -> Period:
        """What was asked for; by default the last two years."""
        return Period(
            since=self.since.data or today() - TWO_YEARS,
            until=self.until.data or today(),
            departments=tuple(self.departement.data or ()),
        )
