"""The form that makes a token."""

from wtforms import DateField, StringField
from wtforms.validators import Optional

from app.core.text.bounds import normalised
from app.core.web.forms import CheckboxesField, DsfrForm, choices
from app.exchanges.tokens.models import Scope


class TokenForm(DsfrForm):
    """A token: for which tool, what it opens, until when."""

    name = StringField(
        "Nom de l’outil",
        filters=[normalised],
        description="Par exemple « Suivi interne de la DDFiP ».",
    )
    scopes = CheckboxesField(
        "Ce que le jeton ouvre",
        choices=choices(Scope.choices()),
        default=[Scope.CASES.value],
        description="De vos accompagnements, et rien d’autre : aucun chiffre confidentiel, aucune alerte.",
    )
    expires_on = DateField(
        "Dernier jour",
        validators=[Optional()],
        description="Dans un an au plus. Le plus court est le mieux.",
    )
