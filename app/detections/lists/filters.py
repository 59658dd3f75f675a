"""Filters and sorts of a list, as plain values; `forms` reads them from the URL, `rows` turns them into SQL."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from app.core.access.identity import Nature
from app.core.text.labelled import LabelledEnum
from scoring.vocabulary import Level, Novelty, Theme

#: what the URL of a list asks for: its filters, its order
ASKED = frozenset(
    {
        "niveau", "nouveaute", "departement", "section", "division", "procedure", "suivi", "effectif_min", "effectif_max",
        "dette_min", "ca_min", "ca_max", "age_min", "age_max", "forme", "territoire", "theme", "effectif", "dette",
        "activite_partielle", "comptes", "liste", "hors_liste", "source", "tirage", "signalements", "tri",
        "sens",
    }
)  # fmt: skip


def kept_of(query: str) -> str:
    """Return the filters and the order of the query of a list, and nothing else that was typed there."""
    pairs = parse_qsl(query, keep_blank_values=False)
    return urlencode([(name, value) for name, value in pairs if name in ASKED])


class AlertSource(LabelledEnum):
    """Who put a firm on the list."""

    ALGORITHM = "algorithme", "Algorithme"
    HUMAN = "humain", "Signalement humain"
    BOTH = "les_deux", "Algorithme et signalement"


class DebtSign(LabelledEnum):
    """What a firm's account at Urssaf is going through."""

    RISES = "hausse", "Dette en hausse sur un an"
    FALLS = "baisse", "Dette en baisse sur un an"
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
    PROFIT = "benefice", "Résultat d’exploitation positif ou nul"


class DrawSign(LabelledEnum):
    """What a firm owes to the draw."""

    DRAWN = "tiree", "Tirées au sort, pour mesurer"


class SignalsKept(LabelledEnum):
    """What becomes of the firms that humans signal when a filter asks what the algorithm alone knows."""

    INCLUDED = "inclus", "Avec les signalements humains"


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
    "tirage": Nature.SCORE,
    "theme": Nature.SCORE,
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
    divisions: tuple[str, ...] = ()
    #: turnover, in thousands of euros
    revenue_min: int | None = None
    revenue_max: int | None = None
    #: age, in full years
    age_min: int | None = None
    age_max: int | None = None
    #: of the second level of legal categories: « 57 »
    legal_forms: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    #: the theme that dominates among those that the reader may read
    themes: tuple[Theme, ...] = ()
    #: these firms alone, chosen one by one
    sirens: tuple[str, ...] = ()
    #: the numbers of lists of firms
    lists: tuple[int, ...] = ()
    #: the numbers of lists that firms are to be on none of
    off_lists: tuple[int, ...] = ()
    source: AlertSource | None = None
    draw_signs: tuple[DrawSign, ...] = ()
    #: whether the firms that humans signal are kept though a filter asks what the algorithm alone knows
    keeps_signals: bool = False

    @property
    def is_of_lists(self) -> bool:
        """Whether a filter asks what is known of the firms that lists hold, and of no other."""
        of_entries = (self.levels, self.novelties, self.themes, self.draw_signs)
        return any(of_entries) or bool(self.workforce_signs)

    @property
    def leaves_signals_out(self) -> bool:
        """Whether the firms that humans signal are left out for want of what a filter asks."""
        return self.is_of_lists and not self.keeps_signals

    @property
    def beyond_lists(self) -> "Filters":
        """What is asked of a firm that no list holds."""
        return replace(self, levels=(), novelties=(), workforce_signs=())


@dataclass(frozen=True, kw_only=True)
class Order:
    """The order of the rows."""

    sort: Sort = Sort.LEVEL
    descending: bool = True
