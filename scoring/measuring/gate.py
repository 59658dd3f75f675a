"""The promotion gate: how good a challenger must be to replace the champion.

Every bound is declared once, in `conditions.BOUNDS`. Discrimination alone is not enough: a model biased
by its own alerts keeps its AUC while its probabilities drift, so calibration is judged too, including
in the zone of alerts. Everything is measured under IPCW by `scoring.measuring.trial`.

Bounds are those of a test with enough failing firms. With fewer, a value may pass or fail them by
chance alone: each is then judged on its interval, and what the interval does not settle is said to be
inconclusive, neither held nor refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from scoring.dictionary.numbers import french
from scoring.measuring.conditions import (
    BOUNDS,
    Bound,
    Condition,
    Interval,
    ends,
    on_interval,
    on_value,
)
from scoring.measuring.recipe import Recipe, reading_of, recipe_in_force, recipe_of
from scoring.vocabulary import Reserve

__all__ = [
    "BOUNDS",
    "Bound",
    "Condition",
    "GateFacts",
    "Interval",
    "Recipe",
    "is_open",
    "is_undecided",
    "judge",
    "plain",
    "reading_of",
    "recipe_in_force",
    "recipe_of",
]


#: where the failing firms of the zone of alerts are worth fewer, its interval is judged instead of its value
ZONE_FAILURES: Final = 150
ZONE_LOWEST: Final = 0.75
#: subgroups with fewer failing firms are judged together
SUBGROUP_FAILURES: Final = 30


@dataclass(frozen=True, kw_only=True)
class GateFacts:
    """The measures of one model on the test rows, at the main horizon, under IPCW.

    `failures`: firms with an observed failure; `zone_*`: rows in the capacity list of their snapshot,
    `zone_worth` being how many failing firms of equal weight say as much as those of the zone;
    `intervals`: those of citl and slope, where failures are few; `subgroups`: French name -> (failing
    firms, CITL); `too_few`: subgroups that even together hold too few; `supports`: the record of
    supports that the model was trained on, and the one of the register (see `reading_of`).
    """

    recipe: Recipe
    failures: int
    auc: float
    citl: float
    zone_citl: Interval
    zone_failures: int
    zone_worth: float
    slope: float
    precision_at_capacity: float
    monotone_violations: int
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    subgroups: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    too_few: Mapping[str, int] = field(default_factory=dict)
    supports: tuple[str, str] = ("", "")

    @property
    def decides(self) -> bool:
        """Whether failing firms are enough to judge a measure on its value."""
        return BOUNDS["failures"].holds(self.failures)


def judge(
    challenger: GateFacts,
    champion: GateFacts | None,
    *,
    gains: Mapping[str, Interval] | None = None,
    score_psi: float | None = None,
    psi_reason: str = "",
) -> list[Condition]:
    """Return every condition of the gate; the challenger may be promoted when all pass.

    `gains`: each statistic of the challenger minus that of the champion, from paired draws of firms:
    the average precision, and the others where failures are few; `score_psi`: PSI of the challenger's
    scores against the champion's on the same rows. Both are ignored without a champion; with one, the
    gate does not open when they are missing.
    """
    same = _same_recipe(challenger.recipe)
    if not all(condition.passed for condition in same):
        return same  # figures measured on other firms or features are not comparable
    return [
        *same,
        *_own(challenger),
        *_against(challenger, champion, gains or {}, score_psi=score_psi, psi_reason=psi_reason),
        *_subgroups(challenger),
    ]


def is_open(conditions: Sequence[Condition]) -> bool:
    """Return whether every condition holds; an empty gate is closed."""
    return bool(conditions) and all(condition.passed for condition in conditions)


def is_undecided(conditions: Sequence[Condition]) -> bool:
    """Return whether no condition is refused, while some are inconclusive."""
    return not is_open(conditions) and not any(condition.refused for condition in conditions)


def plain(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    """Return the conditions as JSON values; a number that is not finite becomes null."""
    lines = [asdict(condition) for condition in conditions]
    for line in lines:
        if line["value"] is not None and not math.isfinite(line["value"]):
            line["value"] = None
    return lines


def _same_recipe(recipe: Recipe) -> list[Condition]:
    expected_recipe = recipe_in_force()
    pairs = (
        ("folds", "Mêmes plis d’entreprises que le test", recipe.folds, expected_recipe.folds),
        ("registry", "Même registre de variables", recipe.registry, expected_recipe.registry),
        (
            "file_format",
            "Même version du fichier de modèle",
            recipe.file_format,
            expected_recipe.file_format,
        ),
    )
    return [
        Condition(
            name=name,
            sentence=sentence
            if actual == expected
            else f"{sentence} : celui du modèle est {actual}",
            value=None,
            bound=expected,
            passed=actual == expected,
        )
        for name, sentence, actual, expected in pairs
    ]


def _own(facts: GateFacts) -> list[Condition]:
    return [
        _failures(facts),
        _measured("citl", "Risque prédit sur risque observé", facts.citl, facts),
        _zone(facts),
        _measured("slope", "Pente de recalibration", facts.slope, facts),
        _supports(facts),
        on_value("monotone", "Entreprises contre un signe déclaré", facts.monotone_violations),
    ]


def _failures(facts: GateFacts) -> Condition:
    condition = on_value("failures", "Entreprises défaillantes dans le test", facts.failures)
    if condition.passed:
        return condition
    told = "trop peu pour juger chaque mesure sur sa valeur : elle l’est sur son intervalle"
    return replace(
        condition, sentence=f"{condition.sentence}, {told}", reserve=Reserve.INCONCLUSIVE
    )


def _zone(facts: GateFacts) -> Condition:
    sentence, citl = "Prédit sur observé dans la zone d’alerte", facts.zone_citl
    sentence = f"{sentence} ({facts.zone_failures} entreprises défaillantes)"
    if not facts.decides:
        return on_interval("zone_citl", sentence, citl.value, citl)
    if facts.zone_worth >= ZONE_FAILURES:
        return on_value("zone_citl", sentence, citl.value)
    return Condition(
        name="zone_citl",
        sentence=f"{sentence}, qui en valent {facts.zone_worth:.0f} : intervalle {ends(citl)}",
        value=citl.value,
        bound=f"l’intervalle contient 1 et reste au-dessus de {french(ZONE_LOWEST, decimals=2)}",
        passed=ZONE_LOWEST < citl.low <= 1 <= citl.high,
    )


def _supports(facts: GateFacts) -> Condition:
    """Return whether the model read the supports that the register knows. What ignoring them does to
    its figures shows years later, when the outcomes of supported firms are in the test.
    """
    read, known = facts.supports
    condition = Condition(
        name="supports",
        sentence="Accompagnements du registre, lus à l’apprentissage pour ce qu’ils sont",
        value=float(known.partition(":")[0] or 0),
        bound="les mêmes",
        passed=read == known,
    )
    if condition.passed and not condition.value:
        told = "aucun n’est encore connu, ce que leur lecture changerait ne peut pas être dit"
        return replace(
            condition, sentence=f"{condition.sentence} : {told}", reserve=Reserve.TOO_FEW
        )
    return condition


def _against(
    challenger: GateFacts,
    champion: GateFacts | None,
    gains: Mapping[str, Interval],
    *,
    score_psi: float | None,
    psi_reason: str,
) -> list[Condition]:
    if champion is None:
        return []
    gain, decides = gains.get("average_precision"), challenger.decides
    average = "Précision moyenne, borne basse de l’écart avec le modèle en service"
    others = {
        "auc": ("AUC, écart avec le modèle en service", challenger.auc - champion.auc),
        "precision_at_capacity": (
            "Précision à la capacité, écart avec le modèle en service",
            challenger.precision_at_capacity - champion.precision_at_capacity,
        ),
    }
    return [
        on_value("average_precision", average, gain.low if gain else None)
        if decides
        else on_interval(
            "average_precision", average.replace(", borne basse de l’écart", ", écart"),
            gain.value if gain else None, gain,
        ),
        *(
            on_value(name, sentence, value)
            if decides
            else on_interval(name, sentence, value, gains.get(name))
            for name, (sentence, value) in others.items()
        ),
        _psi(score_psi, psi_reason.strip()),
    ]  # fmt: skip


def _psi(value: float | None, reason: str) -> Condition:
    condition = on_value("score_psi", "Déplacement des scores (PSI)", value)
    if condition.passed or value is None or not reason:
        return condition
    return replace(condition, sentence=f"{condition.sentence}, justifié : {reason}", passed=True)


def _subgroups(facts: GateFacts) -> list[Condition]:
    judged = [
        on_value(
            "subgroup_citl",
            f"Prédit sur observé, {name} ({failures} entreprises défaillantes)",
            citl,
        )
        for name, (failures, citl) in facts.subgroups.items()
    ]
    return judged + [
        Condition(
            name="subgroup_citl",
            sentence=f"Prédit sur observé, {name} ({failures} entreprises défaillantes)",
            value=None,
            bound=f"jugé à partir de {SUBGROUP_FAILURES}",
            passed=True,
            reserve=Reserve.TOO_FEW,
        )
        for name, failures in facts.too_few.items()
    ]


def _measured(name: str, sentence: str, value: float, facts: GateFacts) -> Condition:
    if facts.decides:
        return on_value(name, sentence, value)
    return on_interval(name, sentence, value, facts.intervals.get(name))
