"""Predicted on observed, year by year: which years a model would have understated, and the level of the
last quarters.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final

from scipy.stats import chi2

from scoring.dictionary.numbers import french
from scoring.learning.regime import AHEAD, CONFIDENCE

Figures = Mapping[str, Any]
TITLE: Final = "## Niveau, année par année"
MARK: Final = " (incomplet)"


def measure(quarters: list[Figures]) -> list[dict[str, Any]]:
    """Return one dict a year of snapshots: year, ratio of predicted on observed until the horizon of
    alerts (`ahead`) and over three months (`first`, with its 95 % interval, and its `failures`,
    each counted once), and whether the year is complete. `quarters`: see `scoring.learning.refit`.
    """
    return [_year(year, list(each)) for year, each in groupby(quarters, key=_year_of)]


def section(metadata: Figures) -> str:
    """Return the section of the card, in French Markdown; empty for a model trained before it was measured."""
    service = metadata.get("service")
    if not service or not service["quarters"]:
        return ""
    rows = [
        f"| {each['year']}{'' if each['is_complete'] else MARK} | "
        f"{_number(each['ahead'])} | {each['failures']} | {_band(each)} |"
        for each in measure(service["quarters"])
    ]
    head = (
        "| situations de | prédit / observé à 18 mois | défaillances à 3 mois | prédit / observé à 3 mois |\n"
        "|---|---|---|---|"
    )
    intro = (
        "Ce que prédisent, de chaque trimestre, des modèles qui n’ont jamais vu ces entreprises, et ce qui "
        "est arrivé. Une année incomplète n’est comptée que jusqu’aux derniers jugements connus."
    )
    return "\n\n".join([TITLE, intro, "\n".join([head, *rows]), followed(service["regime"])])


def followed(regime: Figures) -> str:
    """Return what the last known quarters say of the level, and whether the model follows them."""
    told = (
        f"Les quatre derniers trimestres connus comptent {round(regime['failures'])} défaillances : suivre leur "
        f"niveau multiplierait les risques par {_number(regime['shrunk'])}."
    )
    if not regime["tried"]:
        return f"{told} L’historique est trop court pour dire si cela aide : le niveau n’est pas suivi."
    losses = f"{_number(regime['loss_with'])} contre {_number(regime['loss_without'])}"
    verdict = "il est suivi" if regime["is_followed"] else "il n’est pas suivi"
    return f"{told} Essayé sur {regime['tried']} trimestres passés, l’écart avec la suite est de {losses} sans le suivre : {verdict}."


def _year(year: str, quarters: list[Figures]) -> dict[str, Any]:
    def total(name: str) -> float:
        return float(sum(each[name] for each in quarters))

    came = total("observed_first")
    low, high = _limits(came)
    awaited = total("predicted_first")
    return {
        "year": year,
        "ahead": _ratio(total("predicted_ahead"), total("observed_ahead")),
        "failures": round(came),
        "first": {
            "value": _ratio(awaited, came),
            "low": _ratio(awaited, high),
            "high": _ratio(awaited, low),
        },
        "is_complete": all(each["known_ahead"] == AHEAD for each in quarters),
    }


def _year_of(quarter: Figures) -> str:
    return str(quarter["quarter"])[:4]


def _limits(count: float) -> tuple[float, float]:
    """Return the exact Poisson interval of what `count` failures may have been drawn from."""
    tail = (1 - CONFIDENCE) / 2
    low = float(chi2.ppf(tail, 2 * count) / 2) if count else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2) / 2)


def _ratio(awaited: float, came: float) -> float | None:
    return awaited / came if came else None


def _band(year: Figures) -> str:
    value, low, high = (_number(year["first"][end]) for end in ("value", "low", "high"))
    return f"{value} [{low} ; {high}]"


def _number(value: float | None) -> str:
    return "–" if value is None else french(value, decimals=2)
