"""Forms for comments: a text, and who will read it."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from app.core.text.bounds import normalised
from app.core.web.cautions import CautiousForm
from app.core.web.forms import choices, number_or_none
from app.network.comments.presenters import audience_choices
from app.network.comments.readers import Audience
from app.network.comments.services import EMPTY, EMPTY_ANSWER

NOT_CHOSEN = "Choisissez qui pourra lire ce texte."


class AudienceField(RadioField):  # type: ignore[misc]
    """The networks that may read a text, none of them chosen beforehand when there are several; services check what comes back."""

    data: int | None

    def __init__(self, label: str, **options: Any) -> None:
        """Wait for `offer`: who would read depends on the firm."""
        asked = [InputRequired(NOT_CHOSEN)]
        super().__init__(
            label, coerce=number_or_none, validate_choice=False, choices=[], validators=asked, **options
        )  # fmt: skip

    def offer(self, audiences: Sequence[Audience]) -> None:
        """Offer these, and choose the only one there is."""
        self.choices = choices(audience_choices(audiences))
        if len(audiences) == 1 and self.raw_data is None:
            self.data = audiences[0].network.id


class CommentForm(CautiousForm):
    """A text and who will read it; services check both."""

    body = TextAreaField(
        "Votre commentaire",
        filters=[normalised],
        validators=[DataRequired(EMPTY)],
        description="10 000 caractères au plus. **gras**, listes et liens sont possibles."
        " @Prénom Nom cite un lecteur, prévenu aussitôt.",
    )
    network_id = AudienceField("Qui pourra le lire")


class EditCommentForm(CautiousForm):
    """The text alone: its author was told who would read it, so the audience does not change."""

    body = CommentForm.body


class ReplyForm(CautiousForm):
    """The text alone: an answer is for whoever reads what it answers."""

    body = TextAreaField(
        "Votre réponse",
        filters=[normalised],
        validators=[DataRequired(EMPTY_ANSWER)],
    )
