"""What is asked to give, review and withdraw rights, and the filters of the lists."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.accounts.models import Administration, Agent
from app.core.dsfr_forms import CheckboxesField, DsfrForm, choices
from app.core.identity import Nature, Role
from app.core.texts import normalised
from app.habilitations.models import Network, ReviewDecision, Zone, ZoneKind
from app.habilitations.register import AccountState, RightState

ROLE_LABELS = {
    Role.AGENT: "Agent",
    Role.MANAGER: "Encadrant : voit les chiffres d’activité",
    Role.CORRESPONDANT: "Correspondant : gère les droits de son administration",
    Role.CONTROLEUR: "Contrôleur : lit le journal",
    Role.DATA_SCIENTIST: "Data scientist : entraîne les modèles",
    Role.ADMINISTRATEUR: "Administrateur : gère tous les droits",
}
ALL = ("", "Toutes")
ENDS = [("", "Toutes"), ("3", "Sous 3 jours"), ("15", "Sous 15 jours"), ("30", "Sous 30 jours")]


class ConfirmForm(DsfrForm):
    """A button, and its token."""


class RightsForm(DsfrForm):
    """What a habilitation would give."""

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
        """Offer these zones, by kind; none is chosen beforehand, least of all the widest."""
        self.zone.choices = [SelectChoice(value="", label="Choisir une zone"), *zone_choices(zones)]


class RequestForm(RightsForm):
    """Asking for the rights of an agent."""

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


class DecisionForm(DsfrForm):
    """Validating a request, or not."""

    decision = RadioField(
        "Décision",
        choices=choices(
            [("valider", "Valider : les droits sont donnés aujourd’hui"), ("refuser", "Refuser")]
        ),
        validators=[InputRequired("Choisissez.")],
    )
    reason = TextAreaField(
        "Motif du refus",
        filters=[normalised],
        validators=[Optional()],
        description="Demandé si vous refusez ; lu par la personne qui a fait la demande.",
    )


class ReasonForm(DsfrForm):
    """Why."""

    reason = TextAreaField(
        "Motif", filters=[normalised], validators=[DataRequired("Dites pourquoi.")]
    )


class ReviewForm(DsfrForm):
    """Opening a campaign."""

    due_on = DateField(
        "Date limite",
        validators=[DataRequired("Saisissez une date, par exemple 22/11/2026.")],
        description="Ce qui n’est pas décidé ce jour-là au soir est retiré.",
    )


class ReviewItemForm(RightsForm):
    """Deciding of a habilitation under review; the rights are read when it is changed."""

    decision = RadioField(
        "Décision",
        choices=choices(
            [
                (ReviewDecision.KEEP.value, "Maintenir : demander la même"),
                (ReviewDecision.CHANGE.value, "Modifier : demander ce qui est écrit ci-dessous"),
                (ReviewDecision.WITHDRAW.value, "Retirer, tout de suite"),
            ]
        ),
        validators=[InputRequired("Choisissez.")],
    )
    reason = TextAreaField(
        "Motif", filters=[normalised], validators=[DataRequired("Dites pourquoi.")]
    )


class NetworkForm(DsfrForm):
    """Naming a network."""

    label = StringField(
        "Nom", filters=[normalised], validators=[DataRequired("Donnez un nom au réseau.")]
    )


class NetworkChangeForm(NetworkForm):
    """Renaming it, putting it to sleep."""

    is_active = BooleanField(
        "Réseau actif", description="Inactif, il ne se lit et ne s’écrit plus ; rien n’est perdu."
    )


class MemberForm(DsfrForm):
    """Adding somebody to a network."""

    agent_id = SelectField("Agent", validators=[InputRequired("Choisissez un agent.")])

    def offer(self, agents: Sequence[Agent]) -> None:
        """Offer these agents."""
        self.agent_id.choices = choices(
            (str(agent.id), f"{agent.full_name} ({agent.administration.label})") for agent in agents
        )


class RolesForm(DsfrForm):
    """The roles of an account."""

    roles = CheckboxesField(
        "Rôles",
        choices=choices((role.value, label) for role, label in ROLE_LABELS.items()),
        validators=[DataRequired("Un compte a au moins un rôle.")],
    )


class ImportForm(DsfrForm):
    """A file of agents."""

    file = FileField(
        "Fichier",
        validators=[FileRequired("Choisissez un fichier CSV ou XLSX.")],
        description="CSV (« , » ou « ; ») ou XLSX sans macro. 2 Mo et 2 000 lignes au plus.",
    )


class FilterForm(DsfrForm):
    """Filters in an address; what is not a choice filters nothing."""

    class Meta(DsfrForm.Meta):
        """A filter changes nothing: it needs no token."""

        csrf = False

    q = StringField("Nom ou adresse", validators=[Length(max=200)])
    administration = SelectField(
        "Administration", choices=choices([ALL, *Administration.choices()])
    )

    def chosen(self, name: str) -> Any:
        """The value of a filter, ``None`` when it keeps all or is not one of the choices."""
        field = self[name]
        known = {choice.value for choice in field.choices}
        return field.data if field.data and field.data in known else None


class RegisterFilterForm(FilterForm):
    """The filters of the register."""

    zone = SelectField("Zone", choices=[])
    etat = SelectField("État", choices=choices([ALL, *RightState.choices()]))
    fin = SelectField("Fin", choices=choices(ENDS))

    def offer_zones(self, zones: Sequence[Zone]) -> None:
        """Offer these zones, by kind."""
        self.zone.choices = [SelectChoice(value="", label="Toutes"), *zone_choices(zones)]


class AgentFilterForm(FilterForm):
    """The filters of the list of accounts."""

    etat = SelectField("État", choices=choices([("", "Tous"), *AccountState.choices()]))
    role = SelectField(
        "Rôle",
        choices=choices(
            [
                ("", "Tous"),
                *((role.value, label.split(" :")[0]) for role, label in ROLE_LABELS.items()),
            ]
        ),
    )


def zone_choices(zones: Sequence[Zone]) -> list[SelectChoice]:
    """Zones by kind: a code disambiguates those of one name."""
    return [
        SelectChoice(
            value=zone.code,
            label=zone.name,
            optgroup=None if zone.kind is ZoneKind.FRANCE else zone.kind.label,
        )
        for zone in zones
    ]
