"""What the funnel is broken down by: one choice, whose groups are told apart in SQL and named in French."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal

from app.accounts.models import Administration
from app.companies.models import Company
from app.core.text.labelled import LabelledEnum
from scoring.dictionary.naf import SECTIONS
from scoring.vocabulary import Level

#: the group of the firms of which it is not known
UNKNOWN = ""
#: of a firm that nobody but a person had flagged
FLAGGED = "signalement"
#: the fewest employees of each size, its code and its name; the sizes of the regulation on small and medium enterprises
SIZES = (
    (250, "250", "250 salariés et plus"),
    (50, "50", "50 à 249 salariés"),
    (20, "20", "20 à 49 salariés"),
    (10, "10", "10 à 19 salariés"),
    (0, "0", "Moins de 10 salariés"),
)


class Breakdown(LabelledEnum):
    """What the funnel is broken down by."""

    DEPARTMENT = "departement", "Département"
    ADMINISTRATION = "administration", "Administration"
    SECTOR = "secteur", "Secteur"
    SIZE = "taille", "Taille"
    LEVEL = "niveau", "Niveau"


def _sector() -> ColumnElement[str]:
    division = func.left(Company.naf, 2)
    spans = (
        (division.between(f"{first:02d}", f"{last:02d}"), code)
        for code, (_, first, last) in SECTIONS.items()
    )
    return case(*spans, else_=UNKNOWN)


def _size() -> ColumnElement[str]:
    return case(*((Company.workforce >= fewest, code) for fewest, code, _ in SIZES), else_=UNKNOWN)


def group_of(by: Breakdown, level: ColumnElement[str]) -> Any:
    """SQL: the group of a firm, joined as `Company`; ``level``: that of its first alert. Groups of administrations are those of agents."""
    groups: dict[Breakdown, Any] = {
        Breakdown.DEPARTMENT: Company.department,
        Breakdown.ADMINISTRATION: literal(UNKNOWN),
        Breakdown.SECTOR: _sector(),
        Breakdown.SIZE: _size(),
        Breakdown.LEVEL: level,
    }
    return groups[by]


def labels(by: Breakdown, departments: Mapping[str, str]) -> dict[str, str]:
    """Return the name of each group by its code, in the order of the page; ``departments``: those of départements."""
    named = {
        Breakdown.DEPARTMENT: {code: f"{code} – {label}" for code, label in departments.items()},
        Breakdown.ADMINISTRATION: {each.value: each.label for each in Administration},
        Breakdown.SECTOR: {code: f"{code} – {label}" for code, (label, _, _) in SECTIONS.items()},
        Breakdown.SIZE: {code: label for _, code, label in reversed(SIZES)},
        Breakdown.LEVEL: {
            Level.ELEVEE.value: Level.ELEVEE.label, Level.MODEREE.value: Level.MODEREE.label, FLAGGED: "Signalement humain",
        },
    }  # fmt: skip
    return named[by] | {UNKNOWN: "Non renseigné"}


#: what a reader must know of the groups
NOTES = {
    Breakdown.DEPARTMENT: "le département est celui du siège",
    Breakdown.ADMINISTRATION: "chaque administration compte ce que ses propres agents ont fait de toutes les entreprises détectées : "
    "une entreprise compte pour chacune de celles qui l’ont contactée ou accompagnée",
    Breakdown.SECTOR: "le secteur est la section de l’activité principale, telle que connue aujourd’hui",
    Breakdown.SIZE: "la taille est l’effectif connu aujourd’hui",
    Breakdown.LEVEL: "le niveau est celui de la première alerte, quel qu’il soit devenu",
}
