"""Forms to grant, review and withdraw rights, and the filters of the lists."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.accounts.models import Administration
from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.habilitations.models import Zone, ZoneKind

ALL = ("", "Toutes")
ENDS = [("", "Toutes"), ("3", "Sous 3 jours"), ("15", "Sous 15 jours"), ("30", "Sous 30 jours")]


class ReasonForm(DsfrForm):
    """A reason."""

    reason = TextAreaField(
        "Motif", filters=[normalised], validators=[DataRequired("Dites pourquoi.")]
    )


class HabilitationFilterForm(DsfrForm):
    """Filters in a query string; a value that is not a choice filters nothing."""

    class Meta(DsfrForm.Meta):
        """No CSRF token: a filter changes nothing."""

        csrf = False

    q = StringField("Nom ou adresse", validators=[Length(max=200)])
    administration = SelectField(
        "Administration", choices=choices([ALL, *Administration.choices()])
    )

    def chosen(self, name: str) -> Any:
        """The value of a filter, ``None`` when it is empty or not one of the choices."""
        field = self[name]
        values = {choice.value for choice in field.choices}
        return field.data if field.data and field.data in values else None


def zone_choices(zones: Sequence[Zone]) -> list[SelectChoice]:
    """Zones grouped by kind; their codes tell apart those with the same name."""
    return [
        SelectChoice(
            value=zone.code,
            label=zone.name,
            optgroup=None if zone.kind is ZoneKind.FRANCE else zone.kind.label,
        )
        for zone in zones
    ]


class DecisionForm(DsfrForm):
    """Deciding on what somebody else asked for."""

    decision = RadioField("Décision", validators=[InputRequired("Choisissez.")])
    reason = TextAreaField(
        "Motif du refus",
        filters=[normalised],
        validators=[Optional()],
        description="Demandé si vous refusez ; lu par la personne qui a fait la demande.",
    )

    def offer(self, accepting: str) -> None:
        """Offer to accept, which says what follows, or to refuse."""
        self.decision.choices = choices([("valider", accepting), ("refuser", "Refuser")])
