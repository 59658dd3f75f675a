"""Opening or closing a region."""

from wtforms import StringField

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm


class RegionForm(DsfrForm):
    """Why a region is opened, or closed."""

    reason = StringField("Pourquoi", filters=[normalised])
