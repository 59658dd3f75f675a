"""What a measure and its interval allow to say, in French words: the card, the pages and what is
announced say the same. Imports nothing heavy: the web reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scoring.vocabulary import FEWEST_FAILURES

Measured = Mapping[str, float | None]

AHEAD: Final = "devant"
BEHIND: Final = "derrière"
EQUAL: Final = "à égalité"
INCONCLUSIVE: Final = "non concluant"
UNKNOWN: Final = "ne peut pas être dit"
NO_INTERVAL: Final = "sans intervalle"
WHY_NO_INTERVAL: Final = (
    f"Avec moins de {FEWEST_FAILURES} entreprises défaillantes, aucun intervalle n’est donné : il "
    "irait de presque rien à presque tout, et le chiffre seul ne dit rien du modèle."
)
FIRST_MODEL: Final = (
    "Aucun modèle n’était en service quand celui-ci a été appris : il n’a été comparé à aucun autre, "
    "et aucune condition ne lui a été demandée avant d’entrer en service."
)
STATISTICS: Final = {"auc": "AUC", "average_precision": "précision moyenne"}


def of_difference(gain: Measured | None) -> str:
    """Return what a difference with another model says: ahead, behind, or nothing."""
    if gain is None or gain.get("low") is None or gain.get("high") is None:
        return UNKNOWN
    low, high = gain["low"], gain["high"]
    if low == high == 0:
        return EQUAL
    if low is not None and low > 0:
        return AHEAD
    return BEHIND if high is not None and high < 0 else INCONCLUSIVE


def of_differences(name: str, gains: Mapping[str, Measured | None]) -> str:
    """Return a sentence for one other model: « À côté de … : AUC devant, précision moyenne non concluant. »"""
    said = [f"{label} {of_difference(gains.get(key))}" for key, label in STATISTICS.items()]
    return f"À côté de « {name} » : {', '.join(said)}."


def of_level(ratio: Measured | None) -> str:
    """Return what predicted over observed says of the level of the risks."""
    if ratio is None or ratio.get("value") is None:
        return ""
    low, high = ratio.get("low"), ratio.get("high")
    if low is None or high is None:
        return f"Niveau du risque : {UNKNOWN}."
    if low > 1:
        return "Niveau du risque : trop haut, l’intervalle est au-dessus de 1."
    if high < 1:
        return "Niveau du risque : trop bas, l’intervalle est au-dessous de 1."
    return f"Niveau du risque : {INCONCLUSIVE}, l’intervalle contient 1."


def of_gate(*, is_open: bool, is_undecided: bool, failures: int | None) -> str:
    """Return what the gate allows to say of a model, with `failures` failing firms in its test."""
    if is_open:
        return "Toutes les conditions de mise en service sont remplies."
    if not is_undecided:
        return "Des conditions de mise en service ne sont pas remplies."
    firms = "trop peu d’entreprises" if failures is None else f"{failures} entreprises"
    return (
        f"Non concluant : avec {firms} défaillantes dans le test, ces données peuvent refuser un modèle "
        "nettement moins bon ; elles ne peuvent pas établir que celui-ci vaut le modèle en service."
    )
