"""The rule of the perimeter (`perimeter.yaml`): which firms the model looks at, in words that pages show too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

RULE_FILE = Path(__file__).with_name("perimeter.yaml")

REASONS = {
    "no_workforce": "Aucun effectif connu sur la période",
    "too_small": "Effectif sous le seuil",
    "legal_category": "Catégorie juridique de droit public",
    "activity": "Activité exclue",
    "no_establishments": "Fichier des établissements (Sirene) absent : sièges inconnus",
    "no_french_head_office": "Siège absent ou hors de France",
}


@dataclass(frozen=True)
class PerimeterRule:
    """The rule in force: threshold in employees, window in months, excluded codes."""

    version: int
    at_least: float
    months: int
    legal_categories: tuple[str, ...]
    activities: tuple[str, ...]
    #: what the excluded activities are, in words
    families: tuple[str, ...]
    classes: tuple[str, ...]


@cache
def rule() -> PerimeterRule:
    """Read the rule in force."""
    content = yaml.safe_load(RULE_FILE.read_text(encoding="utf-8"))
    return PerimeterRule(
        version=content["version"],
        at_least=content["workforce"]["at_least"],
        months=content["workforce"]["months"],
        legal_categories=tuple(content["legal_categories"]),
        activities=tuple(code for codes in content["activities"].values() for code in codes),
        families=tuple(content["activities"]),
        classes=tuple(code for codes in content["classes"].values() for code in codes),
    )
