"""Forms for follows and notification settings."""

from wtforms import BooleanField, SelectField

from app.core.web.forms import DsfrForm, choices
from app.network.models import FollowLevel


class FollowForm(DsfrForm):
    """How much news of a firm an agent wants."""

    level = SelectField("M’informer de", choices=choices(FollowLevel.choices()))


class EmailsForm(DsfrForm):
    """Which e-mails the agent wants."""

    wants_digest = BooleanField(
        "Recevoir chaque matin un courriel s’il y a du nouveau",
        description="Un seul message par jour, à 7 h 30, jamais vide. Il ne nomme aucune entreprise.",
    )
    wants_mentions = BooleanField(
        "Recevoir aussitôt un courriel quand un texte me cite",
        description="Un message par texte qui vous cite. Il ne nomme aucune entreprise.",
    )
