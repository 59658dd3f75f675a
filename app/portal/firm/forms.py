"""What is typed to find an establishment among those of a firm."""

from wtforms import StringField

from app.core.text.bounds import normalised, writable
from app.core.web.forms import DsfrForm

#: longer than any address
LONGEST = 100


class PlacesForm(DsfrForm):
    """The filter of the establishments of a firm, in the URL of their page."""

    class Meta(DsfrForm.Meta):
        """A filter changes nothing: it needs no token."""

        csrf = False

    q = StringField(
        "Rechercher un établissement", description="Commune, code postal, rue ou Siret."
    )

    @property
    def typed(self) -> str:
        """Return what is looked for; numbers are written by groups, and searched without spaces."""
        text = normalised(writable(self.q.data or ""))[:LONGEST]
        number = "".join(text.split())
        return number if number.isascii() and number.isdigit() else text
