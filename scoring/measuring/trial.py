"""A challenger and the champion on the same rows: what the gate judges.

The weights (IPCW), the firms drawn and the rows are common to both, so that a difference comes from
the models alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import average_precision_score

from scoring.learning.follow_up import HORIZONS
from scoring.measuring import drift, evaluate
from scoring.measuring.evaluate import CONFIDENCE, DRAWS, JudgedRows
from scoring.measuring.gate import Condition, GateFacts, Interval, Recipe, judge

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
MAIN: Final = HORIZONS.index(18)
EMPTY: Final = Interval(value=float("nan"), low=float("nan"), high=float("nan"))


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A model on the test rows: calibrated `risks` (rows x 12, 18 and 24 months), firms whose score
    moves against a declared sign, recipe.
    """

    risks: Floats
    monotone_violations: int
    recipe: Recipe

    @property
    def main(self) -> Floats:
        """The 18-month risks."""
        return np.asarray(self.risks[:, MAIN])


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where models are tried: rows with their IPCW weights, subgroups (French name -> mask of
    rows), draws of firms.
    """

    rows: JudgedRows
    groups: Mapping[str, Mask] = field(default_factory=dict)
    draws: int = DRAWS
    seed: int = 1


def run(
    challenger: Contender, champion: Contender | None, ground: Ground, *, psi_reason: str = ""
) -> list[Condition]:
    """Measure both and judge. Raises ValueError when the rows hold no failure or no survivor."""
    facts = measure(challenger, ground)
    if champion is None:
        return judge(facts, None)
    return judge(
        facts,
        measure(champion, ground),
        gain=gain(challenger, champion, ground),
        score_psi=drift.psi_between(champion.main, challenger.main),
        psi_reason=psi_reason,
    )


def measure(contender: Contender, ground: Ground) -> GateFacts:
    """The facts of one model. Raises ValueError when the rows hold no failure or no survivor."""
    rows, risk = ground.rows, contender.main
    if len(np.unique(rows.outcome[rows.weight > 0])) < 2:
        message = "test rows hold no failure, or nothing else: nothing can be judged"
        raise ValueError(message)
    inside = evaluate.capacity_membership(risk, rows.as_of)
    found = evaluate.measures(risk, rows, weight=rows.weight, thresholds=None, inside=inside)
    zone = rows.weight * inside
    return GateFacts(
        recipe=contender.recipe,
        failures=rows.events,
        auc=found["auc"],
        citl=found["citl"],
        zone_citl=_zone_citl(risk, ground, zone=zone),
        zone_failures=int(rows.outcome[zone > 0].sum()),
        slope=found["slope"],
        precision_at_capacity=found["precision_at_capacity"],
        misordered=int((np.diff(contender.risks, axis=1) < 0).any(axis=1).sum()),
        monotone_violations=contender.monotone_violations,
        subgroups={name: _subgroup(risk, rows, mask) for name, mask in ground.groups.items()},
    )


def gain(challenger: Contender, champion: Contender, ground: Ground) -> Interval:
    """Average precision of the challenger less that of the champion, firms drawn together."""
    rows = ground.rows

    def difference(weight: Floats) -> float:
        kept = weight > 0
        new, old = (
            average_precision_score(rows.outcome[kept], each.main[kept], sample_weight=weight[kept])
            for each in (challenger, champion)
        )
        return float(new - old)

    drawn = [difference(rows.weight * counts) for counts in _firm_counts(ground)]
    return _interval(difference(rows.weight), drawn)


def groups_of(table: pd.DataFrame, columns: Mapping[str, str]) -> dict[str, Mask]:
    """Subgroups of test rows: one for each value of each categorical column; `columns` gives the
    French name of each.
    """
    found: dict[str, Mask] = {}
    for column, label in columns.items():
        for value in sorted(table[column].dropna().unique()):
            found[f"{label} {value}"] = table[column].eq(value).to_numpy()
    return found


def _subgroup(risk: Floats, rows: JudgedRows, mask: Mask) -> tuple[int, float]:
    weight = np.where(mask, rows.weight, 0.0)
    failures = int(rows.outcome[weight > 0].sum())
    if not weight.any():
        return 0, float("nan")
    return failures, evaluate.citl(risk, rows.outcome, weight=weight)


def _zone_citl(risk: Floats, ground: Ground, *, zone: Floats) -> Interval:
    rows = ground.rows
    if not (zone * rows.outcome).any():
        return EMPTY
    weights = [zone * counts for counts in _firm_counts(ground)]
    drawn = [evaluate.citl(risk, rows.outcome, weight=each) for each in weights if each.any()]
    return _interval(evaluate.citl(risk, rows.outcome, weight=zone), drawn)


def _firm_counts(ground: Ground) -> list[Floats]:
    """How many times each row is drawn, firm by firm: rows of one firm are not independent."""
    codes, firms = pd.factorize(ground.rows.siren, sort=True)
    random = np.random.default_rng(ground.seed)
    share = np.full(len(firms), 1 / len(firms))
    counts = [
        random.multinomial(len(firms), share).astype(float)[codes] for _ in range(ground.draws)
    ]
    failed = ground.rows.outcome * ground.rows.weight
    return [each for each in counts if (failed * each).any()]


def _interval(value: float, drawn: list[float]) -> Interval:
    finite = np.array([each for each in drawn if np.isfinite(each)])
    if not len(finite):
        return EMPTY
    low, high = np.percentile(finite, CONFIDENCE)
    return Interval(value=value, low=float(low), high=float(high))
