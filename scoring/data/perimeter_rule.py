"""The rule of the perimeter (`perimeter.yaml`): which firms the model looks at, in words that pages show too."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from scoring.errors import SettingValueError

RULE_FILE = Path(__file__).with_name("perimeter.yaml")
#: the environment variable that takes sole traders in, and its values
SOLE_TRADERS = "VIGIE_SOLE_TRADERS"
ANSWERS = {"": False, "0": False, "non": False, "1": True, "oui": True}

REASONS = {
    "no_workforce": "Aucun effectif connu sur la période",
    "too_small": "Effectif sous le seuil",
    "legal_category": "Catégorie juridique de droit public",
    "natural_person": "Personne physique (entrepreneur individuel)",
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
    #: how the legal categories of natural persons begin
    natural_persons: str
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
        natural_persons=content["natural_persons"],
        activities=tuple(code for codes in content["activities"].values() for code in codes),
        families=tuple(content["activities"]),
        classes=tuple(code for codes in content["classes"].values() for code in codes),
    )


def takes_sole_traders() -> bool:
    """Say whether this instance looks at natural persons too: not unless it is asked to.

    Raise `SettingValueError` for a value that is neither yes nor no.
    """
    said = os.environ.get(SOLE_TRADERS, "").strip().lower()
    if said not in ANSWERS:
        raise SettingValueError(f"{SOLE_TRADERS} vaut 1 (ou oui), ou 0 (ou non).")
    return ANSWERS[said]


def is_left_out_person(legal_category: str | None) -> bool:
    """Say whether a firm is out of the perimeter because it is a natural person."""
    is_person = (legal_category or "").startswith(rule().natural_persons)
    return is_person and not takes_sole_traders()
