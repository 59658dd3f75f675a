"""Forms to open a review and to decide on each of its lines."""

from wtforms import (
    DateField,
    RadioField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.habilitations.models import ReviewDecision
from app.habilitations.requests.forms import RightsForm


class ReviewForm(DsfrForm):
    """Opening a campaign."""

    due_on = DateField(
        "Date limite",
        validators=[DataRequired("Saisissez une date, par exemple 22/11/2026.")],
        description="Ce qui n’est pas décidé ce jour-là au soir est retiré.",
    )


class ReviewItemForm(RightsForm):
    """Deciding on a habilitation under review; the rights are only read when it is to be changed."""

    decision = RadioField(
        "Décision",
        choices=choices(
            [
                (ReviewDecision.KEEP.value, "Maintenir : demander la même"),
                (ReviewDecision.CHANGE.value, "Modifier : demander ce qui est écrit ci-dessous"),
                (ReviewDecision.WITHDRAW.value, "Retirer, tout de suite"),
            ]
        ),
        validators=[InputRequired("Choisissez.")],
    )
    reason = TextAreaField(
        "Motif", filters=[normalised], validators=[DataRequired("Dites pourquoi.")]
    )
