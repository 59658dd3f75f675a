"""What is asked to choose what the list shows."""

from typing import Self

from wtforms import HiddenField, RadioField

from app.core.web.forms import CheckboxesField, DsfrForm, choices, number_or_none
from app.detections.lists.display.columns import Density, Display, ListColumn


class DisplayForm(DsfrForm):
    """The columns, the density, and where to go back to: the list, none for the last one, and what follows « ? »."""

    colonne = CheckboxesField("Colonnes", choices=choices(ListColumn.choices()))
    densite = RadioField("Densité", choices=choices(Density.choices()))
    query = HiddenField()
    list_id = HiddenField(filters=[number_or_none])

    @classmethod
    def of(cls, display: Display, *, query: str, list_id: int | None) -> Self:
        """The form as it stands for a choice."""
        return cls(
            formdata=None,
            colonne=[column.value for column in display.columns],
            densite=display.density.value,
            query=query,
            list_id=list_id,
        )

    @property
    def display(self) -> Display:
        """What was chosen; `validate` must have run."""
        columns = tuple(column for column in ListColumn if column.value in self.colonne.data)
        return Display(columns=columns, density=Density(self.densite.data))
