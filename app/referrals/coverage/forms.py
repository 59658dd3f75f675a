"""What the matrix shows, in its address."""

from collections.abc import Sequence

from wtforms import SelectField

from app.core.web.forms import DsfrForm, choices
from app.habilitations.reference.geography import DEPARTMENTS, REGIONS
from app.referrals.directory.models import ReferralTheme

SHOWN = choices(
    [
        ("", "Tous les sujets"),
        ("trous", "Ceux que personne ne traite quelque part"),
        ("doubles", "Ceux que deux antennes traitent"),
    ]
)
PLACES = [
    ("FR", "France, par région"),
    *((f"R{code}", f"{label}, par département") for code, (label, _) in REGIONS.items()),
    *((code, f"{label} ({code}), par EPCI") for code, label in DEPARTMENTS.items()),
]


class CoverageForm(DsfrForm):
    """A territory, a theme, and which subjects."""

    territoire = SelectField("Territoire", choices=choices(PLACES), validate_choice=False)
    theme = SelectField("Thème", choices=[], validate_choice=False)
    montrer = SelectField("Montrer", choices=SHOWN, validate_choice=False)

    class Meta(DsfrForm.Meta):
        """A search: nothing is written."""

        csrf = False

    def offer(self, themes: Sequence[ReferralTheme]) -> None:
        """Offer the themes."""
        self.theme.choices = choices([("", "Tous"), *((str(each.id), each.label) for each in themes)])  # fmt: skip
