"""The period and the départements of the funnel; sent by GET, so that the address is the view."""

from wtforms import DateField
from wtforms.validators import Optional

from app.core.dsfr_forms import CheckboxesField, DsfrForm


class FunnelFilter(DsfrForm):
    """Firms first detected between two dates."""

    class Meta(DsfrForm.Meta):  # type: ignore[misc]
        """A filter changes nothing: it needs no token."""

        csrf = False

    since = DateField("Détectées depuis le", validators=[Optional()])
    until = DateField("Jusqu’au", validators=[Optional()])
    departement = CheckboxesField("Départements", validators=[Optional()])
