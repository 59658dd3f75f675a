"""The reason for unlocking a firm, and the confirmation of its end."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.unlocks.models import UnlockSource


class UnlockForm(DsfrForm):
    """The source of the need and the reason, read by those who oversee unlocks."""

    source = RadioField(
        "D’où vient votre besoin ?",
        choices=choices(UnlockSource.choices()),
        validators=[InputRequired("Choisissez la source.")],
    )
    motive = TextAreaField(
        "Pourquoi voulez-vous voir ces données ?",
        filters=[normalised],
        validators=[
            DataRequired("Dites en quelques mots ce que vous savez et ce que vous cherchez.")
        ],
        description="Ce motif est journalisé et lu par les responsables de votre réseau.",
    )


class EndForm(DsfrForm):
    """A button and its CSRF token."""
