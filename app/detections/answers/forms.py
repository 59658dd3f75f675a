"""Forms for a human signal and for the answers to an alert."""

from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.web.forms import CheckboxesField, DsfrForm, choices
from app.detections.answers.models import AnswerKind
from app.detections.answers.services import COMMENT_LIMIT
from app.detections.models import SignalSource


class SignalForm(DsfrForm):
    """Flag a firm."""

    source = RadioField(
        "D’où vient l’information ?",
        choices=choices(SignalSource.choices()),
        validators=[InputRequired("Choisissez la source.")],
    )
    comment = TextAreaField(
        "Ce que vous savez",
        description="Lu par les agents habilités du territoire de l’entreprise, et par les responsables de votre réseau.",
        validators=[
            InputRequired("Dites en une phrase ce que vous savez."),
        ],
    )


class AnswerForm(DsfrForm):
    """Answer an alert in one way: why, and what others should know. `ask` says in which way."""

    reasons = CheckboxesField(
        "Pourquoi ?",
        description="Une raison au moins.",
        validators=[DataRequired("Dites pourquoi : choisissez au moins une raison.")],
    )
    comment = TextAreaField(
        "Ce que vos collègues doivent savoir",
        description="Lu par tous ceux qui peuvent lire cette alerte.",
        validators=[
            Length(max=COMMENT_LIMIT, message=f"Le commentaire dépasse {COMMENT_LIMIT} caractères.")
        ],
    )

    def ask(self, kind: AnswerKind) -> None:
        """Offer the reasons of an answer."""
        self.reasons.choices = choices((reason.value, reason.label) for reason in kind.reasons)


class WatchForm(AnswerForm):
    """The same, until a day."""

    returns_on = DateField(
        "L’alerte reparaît le",
        description="Dans un an au plus.",
        validators=[DataRequired("Saisissez une date, par exemple 22/11/2026.")],
    )
