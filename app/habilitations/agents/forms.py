"""Forms about agents: a file to import, the filters of their list."""

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    SelectField,
)

from app.core.web.forms import DsfrForm, choices
from app.habilitations.agents.queries import AccountState
from app.habilitations.forms import HabilitationFilterForm
from app.habilitations.roles.labels import ROLE_LABELS


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
