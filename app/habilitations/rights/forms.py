"""The filters of the register."""

from collections.abc import Sequence

from wtforms import (
    SelectChoice,
    SelectField,
)

from app.core.web.forms import choices
from app.habilitations.forms import ALL, ENDS, HabilitationFilterForm, zone_choices
from app.habilitations.models import Zone
from app.habilitations.rights.queries import RightState


class RegisterFilterForm(HabilitationFilterForm):
    """The filters of the register."""

    zone = SelectField("Zone", choices=[])
    etat = SelectField("État", choices=choices([ALL, *RightState.choices()]))
    fin = SelectField("Fin", choices=choices(ENDS))

    def offer_zones(self, zones: Sequence[Zone]) -> None:
        """Offer these zones, by kind."""
        self.zone.choices = [SelectChoice(value="", label="Toutes"), *zone_choices(zones)]
