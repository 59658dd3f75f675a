"""Forms for follows and notification settings."""

from wtforms import BooleanField, SelectField

from app.core.web.forms import DsfrForm, choices
from app.network.models import FollowLevel


class FollowForm(DsfrForm):
    """How much news of a firm an agent wants."""

    level = SelectField("M’informer de", choices=choices(FollowLevel.choices()))


class DigestForm(DsfrForm):
    """Whether the agent wants the morning e-mail."""

    wants_digest = BooleanField(
        "Recevoir chaque matin un courriel s’il y a du nouveau",
        description="Un seul message par jour, à 7 h 30, jamais vide. Il ne nomme aucune entreprise.",
    )
