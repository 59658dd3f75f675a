"""Forms to add a value to a list, and to change one."""

from collections.abc import Sequence

from wtforms import HiddenField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.habilitations.models import Network
from app.values.models import ListValue, ValueList


class ValueForm(DsfrForm):
    """Naming a value, and defining it."""

    label = StringField(
        "Nom", filters=[normalised], validators=[DataRequired("Donnez un nom à cette valeur.")]
    )
    definition = TextAreaField(
        "Définition",
        filters=[normalised],
        validators=[DataRequired("Définissez cette valeur.")],
        description="Affichée comme aide partout où la valeur est proposée ou montrée. 600 caractères au plus.",
    )
    #: the definition as the page showed it, so that nobody’s is lost
    shown = HiddenField(validators=[Optional()])


class OutlineForm(ValueForm):
    """Naming a text that agents begin from, and writing it."""

    definition = TextAreaField(
        "Texte",
        filters=[normalised],
        validators=[DataRequired("Écrivez le texte de cette trame.")],
        description="Les rubriques par lesquelles le compte rendu commence. **gras** et listes sont possibles. 600 caractères au plus.",
    )


class TagForm(ValueForm):
    """A value that belongs to a network."""

    network_id = SelectField(
        "Réseau",
        validators=[InputRequired("Choisissez un réseau.")],
        description="Ses membres seuls la choisissent et la lisent. Ce choix ne change plus.",
    )

    def offer(self, networks: Sequence[Network]) -> None:
        """Offer these networks."""
        self.network_id.choices = choices((str(row.id), row.label) for row in networks)


def form_of(known: ValueList) -> type[ValueForm]:
    """Return the form that changes a value of a list."""
    return OutlineForm if known.is_of_texts else ValueForm


def value_choices(values: Sequence[ListValue]) -> list[SelectChoice]:
    """Options from values, each with its definition as help, and with its network if it has one."""
    return [
        SelectChoice(
            value=str(value.id), label=value.full_label, render_kw={"hint": _hint(value)}
        )
        for value in values
    ]  # fmt: skip


def _hint(value: ListValue) -> str:
    return f"{value.network.label} : {value.definition}" if value.network else value.definition
