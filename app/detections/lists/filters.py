"""Filters and sorts of a list, as plain values; `forms` reads them from the URL, `rows` turns them into SQL."""

from collections.abc import Collection
from dataclasses import dataclass

from app.core.access.identity import Nature
from app.core.text.labelled import LabelledEnum
from scoring.vocabulary import Level, Novelty

#: what the URL of a list asks for: its filters, its order
ASKED = frozenset(
    {
        "niveau", "nouveaute", "departement", "section", "procedure", "suivi", "effectif_min", "effectif_max", "dette_min",
        "effectif", "dette", "activite_partielle", "comptes", "source", "tri", "sens",
    }
)  # fmt: skip


class AlertSource(LabelledEnum):
    """Who put a firm on the list."""

    ALGORITHM = "algorithme", "Algorithme"
    HUMAN = "humain", "Signalement humain"
    BOTH = "les_deux", "Algorithme et signalement"


class DebtSign(LabelledEnum):
    """What a firm's account at Urssaf is going through."""

    RISES = "hausse", "Dette en hausse sur un an"
    DELAY = "delai", "Délai de paiement en cours"


class WorkforceSign(LabelledEnum):
    """What the workforce of a firm is going through."""

    FALLS = "baisse", "Effectif en baisse sur un an"


class ShortTimeSign(LabelledEnum):
    """What a firm does of activité partielle."""

    USED = "utilisee", "Activité partielle utilisée le dernier mois connu"


class AccountsSign(LabelledEnum):
    """What the last accounts of a firm say, among those that the reader may read."""

    LOSS = "perte", "Résultat d’exploitation négatif"


class Sort(LabelledEnum):
    """The columns a list can be sorted by."""

    COMPANY = "entreprise", "Entreprise"
    PLACE = "lieu", "Lieu"
    WORKFORCE = "effectif", "Effectif"
    LEVEL = "niveau", "Niveau"
    NOVELTY = "nouveaute", "Nouveauté"
    DEBT = "dette", "Dette sociale"
    SHORT_TIME = "activite_partielle", "Activité partielle"
    PROCEDURE = "procedure", "Procédure"
    FOLLOW_UP = "suivi", "Suivi"

    @property
    def nature(self) -> Nature | None:
        """The nature that the sort order alone would reveal."""
        return NATURE_OF_SORT.get(self)

    def is_offered(self, natures: Collection[Nature]) -> bool:
        """Return whether a reader who holds ``natures`` may sort by it."""
        return self.nature is None or self.nature in natures


#: sorts that begin with the largest value by default
LARGEST_FIRST = frozenset(
    {Sort.LEVEL, Sort.NOVELTY, Sort.WORKFORCE, Sort.DEBT, Sort.SHORT_TIME, Sort.FOLLOW_UP}
)

#: the nature that a filter alone would reveal, by name of its field
NATURE_OF_SORT = {
    Sort.LEVEL: Nature.SCORE,
    Sort.NOVELTY: Nature.SCORE,
    Sort.DEBT: Nature.URSSAF,
    Sort.SHORT_TIME: Nature.ACTIVITE_PARTIELLE,
}
NATURE_OF_FILTER = {
    "niveau": Nature.SCORE,
    "nouveaute": Nature.SCORE,
    "source": Nature.SCORE,
    "effectif": Nature.SCORE,
    "dette_min": Nature.URSSAF,
    "dette": Nature.URSSAF,
    "activite_partielle": Nature.ACTIVITE_PARTIELLE,
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """The filters of a list, all optional: an empty tuple or `None` filters nothing."""

    levels: tuple[Level, ...] = ()
    novelties: tuple[Novelty, ...] = ()
    departments: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    workforce_min: int | None = None
    workforce_max: int | None = None
    debt_min: int | None = None
    debt_signs: tuple[DebtSign, ...] = ()
    workforce_signs: tuple[WorkforceSign, ...] = ()
    short_time_signs: tuple[ShortTimeSign, ...] = ()
    accounts_signs: tuple[AccountsSign, ...] = ()
    source: AlertSource | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """The order of the rows."""

    sort: Sort = Sort.LEVEL
    descending: bool = True
