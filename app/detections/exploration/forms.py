"""The forms of the draw: why it is paused, why a drawn firm is left aside."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.detections.exploration.models import COMMENT_LIMIT, MOTIVE_LIMIT, OverrideReason


class ExplorationForm(DsfrForm):
    """Pause exploration in a département, or take it up again."""

    is_on = RadioField(
        "Sur les prochaines listes de ce département",
        choices=choices(
            [
                ("oui", "Tirer au sort une entreprise sur dix, pour mesurer"),
                ("non", "Ne rien tirer au sort"),
            ]
        ),
        validators=[InputRequired("Choisissez.")],
    )
    motive = TextAreaField(
        "Pourquoi ?",
        description="Lu par les agents habilités aux alertes du département.",
        filters=[normalised],
        validators=[
            DataRequired("Dites en quelques mots pourquoi : vos collègues le liront."),
            Length(max=MOTIVE_LIMIT, message=f"Raccourcissez ce texte : {MOTIVE_LIMIT} caractères au plus."),
        ],
    )  # fmt: skip


class LeftAsideForm(DsfrForm):
    """Why a drawn firm is not visited, or not first."""

    reason = RadioField(
        "Pourquoi ?",
        choices=choices(OverrideReason.choices()),
        validators=[InputRequired("Choisissez une raison.")],
    )
    comment = TextAreaField(
        "Précision",
        description="Facultative, sauf pour une autre raison. Lue par qui lit cette alerte.",
        filters=[normalised],
        validators=[
            Length(max=COMMENT_LIMIT, message=f"Raccourcissez ce texte : {COMMENT_LIMIT} caractères au plus.")
        ],
    )  # fmt: skip
