"""Forms for comments, follows and notification settings."""

from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import DataRequired

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices, number_or_none
from app.network.models import FollowLevel
from app.network.services import EMPTY_ANSWER


class CommentForm(DsfrForm):
    """A text and who will read it; services check both."""

    body = TextAreaField(
        "Votre commentaire",
        filters=[normalised],
        validators=[DataRequired("Écrivez votre commentaire avant de l’envoyer.")],
        description="10 000 caractères au plus. **gras**, listes et liens sont possibles.",
    )
    network_id = SelectField(
        "Qui pourra le lire", coerce=number_or_none, validate_choice=False, choices=[]
    )


class EditCommentForm(DsfrForm):
    """The text alone: its author was told who would read it, so the audience does not change."""

    body = CommentForm.body


class ReplyForm(DsfrForm):
    """The text alone: an answer is for whoever reads what it answers."""

    body = TextAreaField(
        "Votre réponse",
        filters=[normalised],
        validators=[DataRequired(EMPTY_ANSWER)],
    )


class FollowForm(DsfrForm):
    """How much news of a firm an agent wants."""

    level = SelectField("M’informer de", choices=choices(FollowLevel.choices()))


class DigestForm(DsfrForm):
    """Whether the agent wants the morning e-mail."""

    wants_digest = BooleanField(
        "Recevoir chaque matin un courriel s’il y a du nouveau",
        description="Un seul message par jour, à 7 h 30, jamais vide. Il ne nomme aucune entreprise.",
    )
