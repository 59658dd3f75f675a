"""What may be asked of a list, as plain values; `forms` reads it from the URL, `listing` turns it into SQL."""

from dataclasses import dataclass

from app.core.db import LabelledEnum
from app.detections.models import Level, Novelty


class Source(LabelledEnum):
    """Who put a firm on the list."""

    ALGORITHM = "algorithme", "Algorithme"
    HUMAN = "humain", "Signalement humain"
    BOTH = "les_deux", "Algorithme et signalement"


class Sort(LabelledEnum):
    """The columns a list can follow."""

    COMPANY = "entreprise", "Entreprise"
    PLACE = "lieu", "Lieu"
    WORKFORCE = "effectif", "Effectif"
    LEVEL = "niveau", "Niveau"
    NOVELTY = "nouveaute", "Nouveauté"
    DEBT = "dette", "Dette sociale"
    SHORT_TIME = "activite_partielle", "Activité partielle"
    PROCEDURE = "procedure", "Procédure"
    FOLLOW_UP = "suivi", "Suivi"


#: sorts that begin with the largest value unless asked otherwise
LARGEST_FIRST = frozenset(
    {Sort.LEVEL, Sort.NOVELTY, Sort.WORKFORCE, Sort.DEBT, Sort.SHORT_TIME, Sort.FOLLOW_UP}
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Every filter is optional; an empty tuple and `None` ask nothing."""

    levels: tuple[Level, ...] = ()
    novelties: tuple[Novelty, ...] = ()
    departments: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    workforce_min: int | None = None
    workforce_max: int | None = None
    debt_min: int | None = None
    source: Source | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """How the rows follow one another."""

    sort: Sort = Sort.LEVEL
    descending: bool = True
