"""Forms to write a demand into the register, and its answer."""

from typing import ClassVar

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.text.bounds import normalised
from app.core.web.cautions import CautiousForm
from app.core.web.forms import choices
from app.transparency.demands.models import LONGEST_FUNCTION, DemandKind, DemandOutcome

DAY = "Donnez le jour, par exemple 30/11/2026."
NO_NAME = "Ne nommez personne : le registre garde ce qui est demandé, pas qui demande."


class DemandForm(CautiousForm):
    """What a firm asks."""

    siren = StringField(
        "Numéro Siren de l’entreprise",
        filters=[normalised],
        validators=[DataRequired("Donnez ses neuf chiffres.")],
    )
    kind = SelectField(
        "Ce qu’elle demande",
        choices=choices(DemandKind.choices()),
        validators=[InputRequired("Choisissez ce qui est demandé.")],
    )
    asked_as = StringField(
        "À quel titre",
        description="La fonction, sans nom : gérante, expert-comptable, avocat.",
        filters=[normalised],
        validators=[
            DataRequired("Dites à quel titre on demande."),
            Length(max=LONGEST_FUNCTION, message=f"{LONGEST_FUNCTION} caractères au plus."),
        ],
    )
    received_on = DateField("Reçue le", validators=[DataRequired(DAY)])
    body = TextAreaField(
        "La demande, en quelques mots",
        description=NO_NAME,
        filters=[normalised],
        validators=[DataRequired("Écrivez ce qui est demandé.")],
    )


class DemandAnswerForm(CautiousForm):
    """What it was answered."""

    SHARED: ClassVar[tuple[str, ...]] = ("answer",)

    outcome = SelectField(
        "Suite donnée",
        choices=choices(DemandOutcome.choices()),
        validators=[InputRequired("Choisissez la suite donnée.")],
    )
    answered_on = DateField("Répondue le", validators=[DataRequired(DAY)])
    answer = TextAreaField(
        "La réponse, en quelques mots",
        description=NO_NAME,
        filters=[normalised],
        validators=[DataRequired("Écrivez ce qui a été répondu.")],
    )
