"""The columns of a list after the firm, which always comes first, and how dense its rows are."""

from dataclasses import dataclass

from app.core.text.labelled import LabelledEnum
from app.detections.lists.filters import Sort


class ListColumn(LabelledEnum):
    """The columns that may be chosen, in the order in which they are shown."""

    PLACE = "lieu", "Lieu"
    WORKFORCE = "effectif", "Effectif"
    LEVEL = "niveau", "Niveau"
    NOVELTY = "nouveaute", "Nouveauté"
    DEBT = "dette", "Dette sociale"
    SHORT_TIME = "activite_partielle", "Activité partielle"
    REVENUE = "ca", "Chiffre d’affaires"
    RESULT = "resultat", "Résultat"
    PROCEDURE = "procedure", "Procédure"
    FOLLOW_UP = "suivi", "Suivi"
    AGE = "age", "Âge"
    LEGAL_FORM = "forme", "Forme juridique"
    SIREN = "siren", "Siren"

    @property
    def sort(self) -> Sort | None:
        """The order that the column stands for, if the list can be sorted by it."""
        return next((sort for sort in Sort if sort.value == self.value), None)

    @property
    def is_numeric(self) -> bool:
        """Whether it holds figures."""
        return self in NUMERIC


NUMERIC = frozenset(
    {
        ListColumn.WORKFORCE, ListColumn.DEBT, ListColumn.SHORT_TIME, ListColumn.REVENUE, ListColumn.RESULT, ListColumn.AGE,
    }
)  # fmt: skip
#: shown to whoever chose nothing: what a screen of 1366 px holds
USUAL = (
    ListColumn.PLACE, ListColumn.WORKFORCE, ListColumn.LEVEL, ListColumn.NOVELTY, ListColumn.DEBT, ListColumn.SHORT_TIME,
    ListColumn.REVENUE, ListColumn.RESULT, ListColumn.PROCEDURE, ListColumn.FOLLOW_UP,
)  # fmt: skip


class Density(LabelledEnum):
    """How much room a row takes."""

    COMFORTABLE = (
        "confortable",
        "Confortable : deux lignes par entreprise, avec le motif et les évolutions",
    )
    COMPACT = "compacte", "Compacte : une ligne par entreprise"


@dataclass(frozen=True, kw_only=True)
class Display:
    """What a list shows."""

    columns: tuple[ListColumn, ...] = USUAL
    density: Density = Density.COMFORTABLE

    @property
    def is_compact(self) -> bool:
        """Whether a row is a line."""
        return self.density is Density.COMPACT

    def hides(self, sort: Sort) -> bool:
        """Whether the list may be sorted by a column that is not shown."""
        return sort is not Sort.COMPANY and sort not in [column.sort for column in self.columns]
