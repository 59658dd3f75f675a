"""The form that describes an accompagnement."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wtforms import HiddenField
from wtforms.validators import Optional

from app.cases.qualification.queries import LISTS
from app.core.web.forms import CheckboxesField, DsfrForm, number_or_none
from app.values.forms import value_choices
from app.values.models import ListValue


class QualificationForm(DsfrForm):
    """The values of each list, those held being ticked; and what was ticked when it was first shown."""

    filiere = CheckboxesField("Filières", validate_choice=False)
    difficulte = CheckboxesField("Difficultés", validate_choice=False)
    action = CheckboxesField("Actions réalisées", validate_choice=False)
    instance = CheckboxesField("Instances concernées", validate_choice=False)
    reorientation = CheckboxesField("Réorientations hors CODEFI", validate_choice=False)
    etiquette = CheckboxesField(
        "Étiquettes de vos réseaux",
        validate_choice=False,
        description="Lues par les membres du réseau de chacune, et par personne d’autre.",
    )
    #: the numbers that were ticked when the form was first shown
    shown = HiddenField(validators=[Optional()])

    def offer(self, values: Sequence[ListValue]) -> None:
        """Offer these values, each with its definition; a list without any is not asked."""
        for kind in LISTS:
            offered = [value for value in values if value.list_code is kind]
            if offered:
                self[kind.value].choices = value_choices(offered)
            else:
                del self[kind.value]

    @property
    def lists(self) -> Iterator[CheckboxesField]:
        """The field of each list that is asked."""
        return (self[kind.value] for kind in LISTS if kind.value in self)

    @property
    def chosen(self) -> set[int]:
        """The numbers of the values that are ticked."""
        return _numbers(number for field in self.lists for number in field.data or ())

    @property
    def first_shown(self) -> set[int]:
        """The numbers of those that were ticked at first."""
        return _numbers((self.shown.data or "").split(","))


def held_by_list(values: Sequence[ListValue]) -> dict[str, Any]:
    """What a form shows at first: the numbers of the values held, by list, and all of them."""
    by_list = {
        kind.value: [str(value.id) for value in values if value.list_code is kind] for kind in LISTS
    }
    return {**by_list, "shown": ",".join(str(value.id) for value in values)}


def _numbers(texts: Iterable[str]) -> set[int]:
    found = (number_or_none(text) for text in texts)
    return {number for number in found if number is not None}
