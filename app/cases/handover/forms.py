"""Hand accompagnements over, and answer."""

from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices, number_or_none

ALL, CHOSEN = "tous", "choisis"
TAKE, DECLINE = "prendre", "refuser"


class OneHandoverForm(DsfrForm):
    """To whom one goes, with what note."""

    choice = SelectField("À qui", coerce=str, validate_choice=False, choices=[])
    note = TextAreaField(
        "Note",
        filters=[normalised],
        validators=[Optional()],
        description="Lue de la personne qui reçoit. 10 000 caractères au plus.",
    )


class HandoverForm(OneHandoverForm):
    """Which accompagnements, to whom, with what note."""

    scope = RadioField(
        "Lesquels",
        choices=choices(
            [(ALL, "Tous ceux dont la liste suit"), (CHOSEN, "Ceux que je coche dans la liste")]
        ),
        default=ALL,
        validators=[InputRequired("Dites lesquels.")],
    )
    cases = SelectMultipleField("Accompagnements", coerce=str, validate_choice=False, choices=[])

    @property
    def case_ids(self) -> list[int] | None:
        """The numbers of those that are ticked; `None` for all of them."""
        if self.scope.data == ALL:
            return None
        return [n for text in self.cases.data or [] if (n := number_or_none(text)) is not None]


class TakingForm(DsfrForm):
    """Take what is proposed, or decline with a reason."""

    answer = RadioField(
        "Votre réponse",
        choices=choices([(TAKE, "Je prends"), (DECLINE, "Je ne peux pas")]),
        validators=[InputRequired("Choisissez une réponse.")],
    )
    reason = TextAreaField(
        "Pourquoi",
        filters=[normalised],
        validators=[Optional()],
        description="Si vous ne pouvez pas : lu de la personne qui propose.",
    )
