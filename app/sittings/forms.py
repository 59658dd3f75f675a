"""Forms to call a sitting, and to change it."""

from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.core.access.identity import Identity
from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices, number_or_none
from app.sittings.models import LONGEST_LABEL
from app.sittings.services import SittingRequest

TOO_LONG = f"{LONGEST_LABEL} caractères au plus."


class SittingChangeForm(DsfrForm):
    """Its name, its day, its place."""

    label = StringField(
        "Nom de la séance",
        filters=[normalised],
        validators=[
            DataRequired("Donnez un nom à la séance."),
            Length(max=LONGEST_LABEL, message=TOO_LONG),
        ],
    )
    held_on = DateField("Jour", validators=[DataRequired("Donnez le jour de la séance.")])
    place = StringField(
        "Lieu", filters=[normalised], validators=[Length(max=LONGEST_LABEL, message=TOO_LONG)]
    )


class SittingForm(SittingChangeForm):
    """The same with what does not change: who sits, where, and which firms it begins with."""

    network_id = SelectField("Qui siège", coerce=number_or_none, choices=[], validate_choice=False)
    department = SelectField("Territoire", choices=[], validate_choice=False)
    source = SelectField("Quelles entreprises", choices=[], validate_choice=False)

    def asked(self, identity: Identity) -> SittingRequest:
        """Return the sitting that is asked for."""
        place = self.department.data
        return SittingRequest(
            label=self.label.data or "",
            held_on=self.held_on.data,
            place=self.place.data or "",
            network_id=self.network_id.data,
            departments=[place] if place else sorted(identity.departments),
        )

    def offer(
        self,
        *,
        networks: list[tuple[str, str]],
        places: list[tuple[str, str]],
        sources: list[tuple[str, str]],
    ) -> None:
        """Offer what the agent may choose."""
        self.network_id.choices = choices(networks)
        self.department.choices = choices([("", "Toute ma zone"), *places])
        self.source.choices = choices([("", "Aucune pour l’instant"), *sources])
