"""Forms to request rights and to decide on a request."""

from collections.abc import Sequence

from wtforms import (
    DateField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.access.identity import Nature
from app.core.text.bounds import normalised
from app.core.web.forms import CheckboxesField, DsfrForm, choices
from app.habilitations.forms import zone_choices
from app.habilitations.models import Network, Zone


class RightsForm(DsfrForm):
    """The rights that a habilitation would give."""

    zone = SelectField("Zone", validators=[InputRequired("Choisissez une zone.")])
    natures = CheckboxesField(
        "Données confidentielles",
        choices=choices(Nature.choices()),
        validators=[DataRequired("Choisissez au moins une nature de données.")],
    )
    function = StringField(
        "Fonction",
        filters=[normalised],
        validators=[DataRequired("Dites quelle est sa fonction."), Length(max=200)],
    )

    def offer_zones(self, zones: Sequence[Zone]) -> None:
        """Offer these zones, by kind; none is preselected, least of all the widest."""
        self.zone.choices = [SelectChoice(value="", label="Choisir une zone"), *zone_choices(zones)]


class RequestForm(RightsForm):
    """Requesting rights for an agent."""

    networks = CheckboxesField("Réseaux à rejoindre", validators=[Optional()])
    ends_on = DateField(
        "Fin",
        validators=[DataRequired("Saisissez une date, par exemple 22/11/2026.")],
        description="L’accès cesse ce jour-là à 0 h. 180 jours au plus.",
    )
    reason = TextAreaField(
        "Motif",
        filters=[normalised],
        validators=[DataRequired("Dites pourquoi l’agent en a besoin.")],
        description="Lu par la personne qui décide.",
    )

    def offer_networks(self, networks: Sequence[Network]) -> None:
        """Offer these networks."""
        self.networks.choices = choices((network.code, network.label) for network in networks)
