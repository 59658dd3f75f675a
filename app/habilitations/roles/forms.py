"""The roles of an account."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import CheckboxesField, DsfrForm, choices
from app.habilitations.roles.labels import ROLE_LABELS


class RolesForm(DsfrForm):
    """The roles of an account."""

    roles = CheckboxesField(
        "Rôles",
        choices=choices((role.value, label) for role, label in ROLE_LABELS.items()),
        validators=[DataRequired("Un compte a au moins un rôle.")],
    )
    reason = TextAreaField(
        "Motif",
        filters=[normalised],
        validators=[Optional()],
        description="Demandé pour ajouter Correspondant, Contrôleur ou Administrateur ; lu par la personne qui décide.",
    )
