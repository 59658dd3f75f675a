"""Forms about agents: their roles, a file to import, the filters of their list."""

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    SelectField,
)
from wtforms.validators import DataRequired

from app.core.access.identity import Role
from app.core.web.forms import CheckboxesField, DsfrForm, choices
from app.habilitations.agents.queries import AccountState
from app.habilitations.forms import HabilitationFilterForm

ROLE_LABELS = {
    Role.AGENT: "Agent",
    Role.MANAGER: "Encadrant : voit les chiffres d’activité",
    Role.CORRESPONDANT: "Correspondant : gère les droits de son administration",
    Role.CONTROLEUR: "Contrôleur : lit le journal",
    Role.DATA_SCIENTIST: "Data scientist : entraîne les modèles",
    Role.ADMINISTRATEUR: "Administrateur : gère tous les droits",
}


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


class AgentFilterForm(HabilitationFilterForm):
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
