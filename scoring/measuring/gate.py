"""The promotion gate: what a challenger must be worth to replace the champion.

Every bound is declared once, in BOUNDS. Discrimination alone is not enough: a model poisoned by its
own alerts keeps its AUC while its probabilities drift, so calibration is judged too, and in the
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
    """An interval, ends included unless `is_strict` (which only concerns `high`); None is no end."""

    low: float | None = None
    high: float | None = None
    is_strict: bool = False

    def holds(self, value: float | None) -> bool:
        """Whether `value` lies inside; what could not be measured does not."""
        if value is None or math.isnan(value):
            return False
        if self.low is not None and value < self.low:
            return False
        return self.high is None or (value < self.high if self.is_strict else value <= self.high)

    def written(self) -> str:
        """« entre 0,9 et 1,15 », « au moins 200 », « au plus 0 », « moins de 0,25 »."""
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
    "score_psi": Bound(high=0.25, is_strict=True),  # or a written reason
    "subgroup_citl": Bound(low=0.70, high=1.40),
}
#: under that many failures in the zone of alerts, its interval is read instead of its value
ZONE_FAILURES: Final = 150
ZONE_LOWEST: Final = 0.75
#: a subgroup with fewer failures says nothing
SUBGROUP_FAILURES: Final = 30
ROUNDING: Final = 1e-9
WITNESSES: Final = 200


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A measure and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What two models must share to be compared: folds of the firms, features, format of the file."""

    folds: str
    registry: str
    file_format: str


@dataclass(frozen=True, kw_only=True)
class GateFacts:
    """What one model was measured at on the test rows, main horizon, under IPCW.

    `failures`: failures whose outcome is known; `zone_*`: rows among the capacity list of their
    snapshot; `subgroups`: French name -> (failures, CITL).
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
    """One line of the gate. `value` is None when there is nothing to measure or to compare."""

    name: str
    sentence: str
    value: float | None
    bound: str
    passed: bool


def recipe_in_force() -> Recipe:
    """The recipe of this code. Folds are recognised by where they put witness numbers, so that
    another hash is another recipe.
    """
    put = ",".join(str(splits.fold(f"{number:09d}")) for number in range(WITNESSES))
    roles = f"{splits.FOLDS}/{splits.TEST_FOLD}/{splits.CALIBRATION_FOLD}"
    columns = [
        (f.name, f.theme.value, f.unit.value, f.source, f.monotone) for f in features.REGISTRY
    ]
    return Recipe(
        folds=_digest(f"{roles}:{put}"),
        registry=_digest(repr(columns)),
        file_format=f"catboost {version('catboost')}",
    )


def recipe_of(known: Mapping[str, Any]) -> Recipe | None:
    """The recipe a model declares in its metadata (key `recipe`), None when it declares none."""
    found = known.get("recipe")
    return Recipe(**found) if found else None


def judge(
    challenger: GateFacts,
    champion: GateFacts | None,
    *,
    gain: Interval | None = None,
    score_psi: float | None = None,
    psi_reason: str = "",
) -> list[Condition]:
    """Every condition of the gate; the challenger may be promoted when all are passed.

    `gain`: average precision of the challenger less that of the champion, from paired draws of
    firms; `score_psi`: of the challenger's scores against the champion's on the same rows. Both are
    ignored without a champion, and fail the gate when missing beside one.
    """
    same = _same_recipe(challenger.recipe)
    if not all(condition.passed for condition in same):
        return same  # figures measured on other firms or other variables compare nothing
    return [
        *same,
        *_own(challenger),
        *_beside(challenger, champion, gain=gain, score_psi=score_psi, psi_reason=psi_reason),
        *_subgroups(challenger.subgroups),
    ]


def is_open(conditions: Sequence[Condition]) -> bool:
    """Whether every condition holds; an empty gate is closed."""
    return bool(conditions) and all(condition.passed for condition in conditions)


def plain(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    """The conditions as JSON values; a number that is none becomes null."""
    kept = [asdict(condition) for condition in conditions]
    for line in kept:
        if line["value"] is not None and not math.isfinite(line["value"]):
            line["value"] = None
    return kept


def _same_recipe(recipe: Recipe) -> list[Condition]:
    wanted = recipe_in_force()
    pairs = (
        ("folds", "Mêmes plis d’entreprises que le test", recipe.folds, wanted.folds),
        ("registry", "Même registre de variables", recipe.registry, wanted.registry),
        (
            "file_format",
            "Même version du fichier de modèle",
            recipe.file_format,
            wanted.file_format,
        ),
    )
    return [
        Condition(
            name=name,
            sentence=sentence if found == expected else f"{sentence} : celui du modèle est {found}",
            value=None,
            bound=expected,
            passed=found == expected,
        )
        for name, sentence, found, expected in pairs
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
    sentence, found = "Prédit sur observé dans la zone d’alerte", facts.zone_citl
    if facts.zone_failures >= ZONE_FAILURES:
        return _condition("zone_citl", sentence, found.value)
    low, high = (french(end, decimals=3) for end in (found.low, found.high))
    return Condition(
        name="zone_citl",
        sentence=f"{sentence} : {facts.zone_failures} défaillances, intervalle [{low} ; {high}]",
        value=found.value,
        bound=f"l’intervalle contient 1 et reste au-dessus de {french(ZONE_LOWEST, decimals=2)}",
        passed=ZONE_LOWEST < found.low <= 1 <= found.high,
    )


def _beside(
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
    found = _condition("score_psi", "Déplacement des scores (PSI)", value)
    if found.passed or value is None or not reason:
        return found
    return Condition(
        **{**asdict(found), "sentence": f"{found.sentence}, justifié : {reason}", "passed": True}
    )


def _subgroups(subgroups: Mapping[str, tuple[int, float]]) -> list[Condition]:
    return [
        _condition("subgroup_citl", f"Prédit sur observé, {name} ({failures} défaillances)", citl)
        for name, (failures, citl) in subgroups.items()
        if failures >= SUBGROUP_FAILURES
    ]


def _condition(name: str, sentence: str, value: float | None) -> Condition:
    """A measure against its bound; a rounding of the last bits refuses nobody."""
    bound = BOUNDS[name]
    tried = (value,) if value is None else (value, value + ROUNDING, value - ROUNDING)
    passed = bound.holds(value) if bound.is_strict else any(bound.holds(each) for each in tried)
    return Condition(
        name=name, sentence=sentence, value=value, bound=bound.written(), passed=passed
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
