"""The promotion gate: how good a challenger must be to replace the champion.

Every bound is declared once, in BOUNDS. Discrimination alone is not enough: a model biased by its own
alerts keeps its AUC while its probabilities drift, so calibration is judged too, including in the
zone of alerts. Everything is measured under IPCW by `scoring.measuring.trial`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any, Final

from scoring import features
from scoring.dictionary.feature import french
from scoring.learning import splits


@dataclass(frozen=True, kw_only=True)
class Bound:
    """An interval, ends included unless `is_strict` (which only concerns `high`); None is unbounded."""

    low: float | None = None
    high: float | None = None
    is_strict: bool = False

    def holds(self, value: float | None) -> bool:
        """Return whether `value` lies inside; a missing value does not."""
        if value is None or math.isnan(value):
            return False
        if self.low is not None and value < self.low:
            return False
        return self.high is None or (value < self.high if self.is_strict else value <= self.high)

    def written(self) -> str:
        """Return the interval in French: « entre 0,9 et 1,15 », « au moins 200 », « au plus 0 », « moins de 0,25 »."""
        low, high = (
            None if end is None else f"{end:g}".replace(".", ",").replace("-", "−")
            for end in (self.low, self.high)
        )
        if low is not None and high is not None:
            return f"entre {low} et {high}"
        if low is not None:
            return f"au moins {low}"
        return f"{'moins de' if self.is_strict else 'au plus'} {high}"


BOUNDS: Final[Mapping[str, Bound]] = {
    "failures": Bound(low=200),
    "average_precision": Bound(low=-0.005),  # lower end of the interval of the difference
    "auc": Bound(low=-0.005),  # difference with the champion
    "citl": Bound(low=0.90, high=1.15),
    "zone_citl": Bound(low=0.88, high=1.30),
    "slope": Bound(low=0.90, high=1.10),
    "precision_at_capacity": Bound(low=-0.01),  # difference with the champion
    "misordered": Bound(high=0),
    "monotone": Bound(high=0),
    "score_psi": Bound(high=0.25, is_strict=True),  # unless a reason is given in writing
    "subgroup_citl": Bound(low=0.70, high=1.40),
}
#: with fewer failures in the zone of alerts, its interval is judged instead of its value
ZONE_FAILURES: Final = 150
ZONE_LOWEST: Final = 0.75
#: a subgroup with fewer failures is not judged
SUBGROUP_FAILURES: Final = 30
ROUNDING: Final = 1e-9
SAMPLE_SIRENS: Final = 200


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A measure and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What two models must share to be comparable: folds of firms, features, file format."""

    folds: str
    registry: str
    file_format: str


@dataclass(frozen=True, kw_only=True)
class GateFacts:
    """The measures of one model on the test rows, at the main horizon, under IPCW.

    `failures`: failures with a known outcome; `zone_*`: rows in the capacity list of their snapshot;
    `subgroups`: French name -> (failures, CITL).
    """

    recipe: Recipe
    failures: int
    auc: float
    citl: float
    zone_citl: Interval
    zone_failures: int
    slope: float
    precision_at_capacity: float
    misordered: int
    monotone_violations: int
    subgroups: Mapping[str, tuple[int, float]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One line of the gate. `value` is None when there is nothing to measure or compare."""

    name: str
    sentence: str
    value: float | None
    bound: str
    passed: bool


def recipe_in_force() -> Recipe:
    """Return the recipe of this code. Folds are identified by where they put sample numbers, so that
    another hash gives another recipe.
    """
    placed = ",".join(str(splits.fold(f"{number:09d}")) for number in range(SAMPLE_SIRENS))
    roles = f"{splits.FOLDS}/{splits.TEST_FOLD}/{splits.CALIBRATION_FOLD}"
    columns = [
        (f.name, f.theme.value, f.unit.value, f.source, f.monotone) for f in features.REGISTRY
    ]
    return Recipe(
        folds=_digest(f"{roles}:{placed}"),
        registry=_digest(repr(columns)),
        file_format=f"catboost {version('catboost')}",
    )


def recipe_of(metadata: Mapping[str, Any]) -> Recipe | None:
    """Return the recipe declared in a model's metadata (key `recipe`), None without one."""
    recipe = metadata.get("recipe")
    return Recipe(**recipe) if recipe else None


def judge(
    challenger: GateFacts,
    champion: GateFacts | None,
    *,
    gain: Interval | None = None,
    score_psi: float | None = None,
    psi_reason: str = "",
) -> list[Condition]:
    """Return every condition of the gate; the challenger may be promoted when all pass.

    `gain`: average precision of the challenger minus that of the champion, from paired draws of
    firms; `score_psi`: PSI of the challenger's scores against the champion's on the same rows. Both
    are ignored without a champion; with one, the gate fails when they are missing.
    """
    same = _same_recipe(challenger.recipe)
    if not all(condition.passed for condition in same):
        return same  # figures measured on other firms or features are not comparable
    return [
        *same,
        *_own(challenger),
        *_against(challenger, champion, gain=gain, score_psi=score_psi, psi_reason=psi_reason),
        *_subgroups(challenger.subgroups),
    ]


def is_open(conditions: Sequence[Condition]) -> bool:
    """Return whether every condition holds; an empty gate is closed."""
    return bool(conditions) and all(condition.passed for condition in conditions)


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
        _condition("failures", "Défaillances observées dans le test", facts.failures),
        _condition("citl", "Risque prédit sur risque observé", facts.citl),
        _zone(facts),
        _condition("slope", "Pente de recalibration", facts.slope),
        _condition("misordered", "Entreprises dont les horizons se croisent", facts.misordered),
        _condition("monotone", "Entreprises contre un signe déclaré", facts.monotone_violations),
    ]


def _zone(facts: GateFacts) -> Condition:
    sentence, citl = "Prédit sur observé dans la zone d’alerte", facts.zone_citl
    if facts.zone_failures >= ZONE_FAILURES:
        return _condition("zone_citl", sentence, citl.value)
    low, high = (french(end, decimals=3) for end in (citl.low, citl.high))
    return Condition(
        name="zone_citl",
        sentence=f"{sentence} : {facts.zone_failures} défaillances, intervalle [{low} ; {high}]",
        value=citl.value,
        bound=f"l’intervalle contient 1 et reste au-dessus de {french(ZONE_LOWEST, decimals=2)}",
        passed=ZONE_LOWEST < citl.low <= 1 <= citl.high,
    )


def _against(
    challenger: GateFacts,
    champion: GateFacts | None,
    *,
    gain: Interval | None,
    score_psi: float | None,
    psi_reason: str,
) -> list[Condition]:
    if champion is None:
        return []
    precision = challenger.precision_at_capacity - champion.precision_at_capacity
    return [
        _condition(
            "average_precision",
            "Précision moyenne, borne basse de l’écart avec le modèle en service",
            gain.low if gain else None,
        ),
        _condition("auc", "AUC, écart avec le modèle en service", challenger.auc - champion.auc),
        _condition(
            "precision_at_capacity",
            "Précision à la capacité, écart avec le modèle en service",
            precision,
        ),
        _psi(score_psi, psi_reason.strip()),
    ]


def _psi(value: float | None, reason: str) -> Condition:
    condition = _condition("score_psi", "Déplacement des scores (PSI)", value)
    if condition.passed or value is None or not reason:
        return condition
    return Condition(
        **{
            **asdict(condition),
            "sentence": f"{condition.sentence}, justifié : {reason}",
            "passed": True,
        }
    )


def _subgroups(subgroups: Mapping[str, tuple[int, float]]) -> list[Condition]:
    return [
        _condition("subgroup_citl", f"Prédit sur observé, {name} ({failures} défaillances)", citl)
        for name, (failures, citl) in subgroups.items()
        if failures >= SUBGROUP_FAILURES
    ]


def _condition(name: str, sentence: str, value: float | None) -> Condition:
    """Return a measure judged against its bound, with a tolerance for rounding of the last bits."""
    bound = BOUNDS[name]
    values = (value,) if value is None else (value, value + ROUNDING, value - ROUNDING)
    passed = bound.holds(value) if bound.is_strict else any(bound.holds(each) for each in values)
    return Condition(
        name=name, sentence=sentence, value=value, bound=bound.written(), passed=passed
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
