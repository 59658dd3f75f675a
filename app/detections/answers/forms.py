"""Forms for a human signal and for feedback on a detection."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.core.web.forms import CheckboxesField, DsfrForm, choices
from app.detections.answers.services import COMMENT_LIMIT
from app.detections.models import FeedbackReason, SignalSource


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


class FeedbackForm(DsfrForm):
    """Was this detection useful?"""

    is_useful = RadioField(
        "Cette détection vous est-elle utile ?",
        choices=choices([("oui", "Utile"), ("non", "Inutile")]),
        validators=[InputRequired("Dites si la détection est utile ou non.")],
    )
    reasons = CheckboxesField(
        "Si elle ne l’est pas, pourquoi ?",
        choices=choices(FeedbackReason.choices()),
        description="Une raison au moins quand elle est inutile ; aucune quand elle est utile.",
    )
    comment = TextAreaField(
        "Commentaire",
        description="Lu par l’équipe qui améliore le modèle.",
        validators=[
            Length(max=COMMENT_LIMIT, message=f"Le commentaire dépasse {COMMENT_LIMIT} caractères.")
        ],
    )
