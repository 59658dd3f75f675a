"""What is chosen on the pages of the store: a date of knowledge, a region, a firm; a building of another date."""

from collections.abc import Sequence

from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.companies.models import FRANCE
from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.label_store.models import LabelBuild


class LabelsFilter(DsfrForm):
    """Sent by GET: the address identifies what is seen."""

    class Meta(DsfrForm.Meta):
        """A filter changes nothing: it needs no token."""

        csrf = False

    connaissance = SelectField(
        "Ce qui était connu le",
        description="Rien de plus tardif ne compte.",
        validators=[Optional()],
    )
    region = SelectField("Région", validators=[Optional()])

    def offer(self, builds: Sequence[LabelBuild], regions: dict[str, str]) -> None:
        """Offer the days of some buildings, the last one first chosen, and the regions."""
        self.connaissance.choices = choices(
            (str(build.id), f"{build.known_on:%d/%m/%Y}") for build in builds
        )
        self.region.choices = choices([(FRANCE, "France entière"), *regions.items()])


class FirmForm(DsfrForm):
    """A firm, by its siren; sent by GET."""

    class Meta(DsfrForm.Meta):
        """It changes nothing: it needs no token."""

        csrf = False

    siren = StringField(
        "Siren",
        description="9 chiffres.",
        filters=[normalised, lambda typed: (typed or "").replace(" ", "").replace("\u00a0", "")],
        validators=[
            DataRequired("Saisissez le siren de l’entreprise, 9 chiffres."),
            Length(9, 9, "Un siren a 9 chiffres : vérifiez ce que vous avez saisi."),
        ],
    )


class BuildForm(DsfrForm):
    """Ask for a building of what was known on a day."""

    known_on = DateField(
        "Ce qui était connu le",
        description="Le calcul se fait en arrière-plan, et garde les huit dernières dates.",
        validators=[InputRequired("Choisissez une date.")],
    )
