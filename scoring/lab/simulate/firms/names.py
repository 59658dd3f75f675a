"""Invented names of firms, people and streets, in the capitals Sirene uses.

A firm's name is a word for its trade followed by a place that does not exist.
"""

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.sectors import ACTIVITIES

PLACE_STARTS = (
    "VALOM", "MONTAVE", "ROCHENO", "COMBELI", "FONTARE", "CHANTEVI", "BELLORI", "CLAIRIVO",
    "AIGUEBRI", "BRISOLE", "TOURVALE", "HAUTERO", "GRANDOMI", "PIERREVO", "SAUVAGI", "VERCOMBI",
    "ORNELA", "LOUVEDRE", "MARCOVA", "TREVISO", "BEAUVERI", "CORNAVI", "DOUBREVA", "FRASNELO",
    "GEVRIMO", "HERIVALE", "JUSSEMO", "LOMBREVI", "MORVANDE", "NOIRECO", "OUCHERI", "PONTAVI",
)  # fmt: skip
PLACE_ENDS = (
    "NGE", "LLE", "BRE", "NNE", "RVE", "SSON", "TTAZ", "NDON", "REY", "LIEU", "GNY", "COURT",
    "MBOZ", "NCHE", "DREY", "VEAU", "LAY", "SIENNE", "TTE", "RON",
)  # fmt: skip
LINKS = ("", "", "", "DE ", "DE ", "DU CLOS ", "DU VAL ", "DES COMBES ")
TAILS = ("", "", "", "", "", " ET FILS", " FRERES", " GROUPE", " ET COMPAGNIE", " COMTOIS", " SUD")
FIRST_NAMES = (
    "ALIX", "BASILE", "CELESTE", "DENIS", "ELOI", "FLORE", "GASPARD", "HELENE", "IRENE", "JULES",
    "LEONIE", "MARIN", "NOEMIE", "ODETTE", "PACOME", "ROSE", "SIMEON", "URSULE", "VICTOIRE",
)  # fmt: skip
STREET_TYPES = ("RUE", "RUE", "RUE", "RUE", "AV", "RTE", "BD", "ZA", "ZI", "CHE", "PL", "ALL")
STREETS = (
    "DE LA GARE", "DES FRENES", "DU COMMERCE", "DES ARTISANS", "DE LA LIBERTE", "DES TILLEULS",
    "DU STADE", "DE LA FONTAINE", "DES FORGES", "DU MOULIN", "DES VIGNES", "DE L INDUSTRIE",
    "DU CANAL", "DES ECOLES", "DE LA SCIERIE", "DES PRES HAUTS", "DU CHATEAU", "DES LAVANDIERES",
    "DE LA TUILERIE", "DU GRAND CHENE", "DES QUATRE VENTS", "DE LA COMBE", "DU PONT NEUF",
)  # fmt: skip


def _pick(rng: np.random.Generator, words: tuple[str, ...], count: int) -> NDArray[np.str_]:
    return np.array(words, dtype=str)[rng.integers(len(words), size=count)]


def draw_places(rng: np.random.Generator, count: int) -> NDArray[np.str_]:
    """Return `count` invented place names, which also serve as family names."""
    return np.char.add(_pick(rng, PLACE_STARTS, count), _pick(rng, PLACE_ENDS, count))


def draw_firm_names(rng: np.random.Generator, activities: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return a name for each firm, given its index in `ACTIVITIES`; repeats are numbered."""
    count = len(activities)
    ranks = rng.integers(1 << 20, size=count)
    heads = [
        ACTIVITIES[activity].heads[rank % len(ACTIVITIES[activity].heads)]
        for activity, rank in zip(activities, ranks, strict=True)
    ]
    links, places = _pick(rng, LINKS, count), draw_places(rng, count)
    tails = _pick(rng, TAILS, count)
    names: list[str] = []
    seen: dict[str, int] = {}
    for head, link, place, tail in zip(heads, links, places, tails, strict=True):
        name = f"{head} {link}{place}{tail}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return np.array(names, dtype=str)


def draw_first_names(rng: np.random.Generator, count: int) -> NDArray[np.str_]:
    """Return `count` first names."""
    return _pick(rng, FIRST_NAMES, count)


def draw_streets(
    rng: np.random.Generator, count: int
) -> tuple[NDArray[np.str_], NDArray[np.str_], NDArray[np.str_]]:
    """Return street numbers, types (Sirene's abbreviations) and labels for `count` addresses."""
    numbers = rng.integers(1, 140, size=count).astype(str)
    return numbers, _pick(rng, STREET_TYPES, count), _pick(rng, STREETS, count)
