"""Who the firm is: sector, legal form, size class, département, age, and past procedures."""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.dictionary.legal_categories import LEVEL_2
from scoring.dictionary.naf import DIVISIONS
from scoring.vocabulary import Theme, Unit

SECTOR: Final = Feature(
    name="naf_division",
    theme=Theme.CONTEXT,
    unit=Unit.TEXT,
    source="sirene_ul",
    sentence="Secteur d’activité : {value}",
    labels=DIVISIONS,
)
LEGAL_FORM: Final = Feature(
    name="legal_form",
    theme=Theme.CONTEXT,
    unit=Unit.TEXT,
    source="sirene_ul",
    sentence="Forme juridique : {value}",
    labels=LEVEL_2,
)
SIZE: Final = Feature(
    name="size_class",
    theme=Theme.CONTEXT,
    unit=Unit.TEXT,
    source="effectif_ent",
    sentence="Taille : {value} salariés",
)
DEPARTMENT: Final = Feature(
    name="department",
    theme=Theme.CONTEXT,
    unit=Unit.TEXT,
    source="sirene_etab",
    sentence="Département du siège : {value}",
)
AGE: Final = Feature(
    name="age",
    theme=Theme.CONTEXT,
    unit=Unit.YEARS,
    source="sirene_ul",
    sentence="Âge de l’entreprise : {value}",
)
PAST_PROCEDURES: Final = Feature(
    name="past_procedures",
    theme=Theme.CONTEXT,
    unit=Unit.COUNT,
    source="bodacc",
    sentence="{value} procédures collectives passées",
    zero="Aucune procédure collective passée",
    one="Une procédure collective passée",
    label="Procédures collectives passées",
)
FEATURES: Final = (SECTOR, LEGAL_FORM, SIZE, DEPARTMENT, AGE, PAST_PROCEDURES)
