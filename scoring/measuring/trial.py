"""A challenger and the champion on the same rows: what the gate judges.

Both share the weights (IPCW), the draws of firms and the rows, so that differences come from the
models alone.
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
    """A model on the test rows: calibrated `risks` (rows x 12, 18 and 24 months), number of firms whose
    score moves against a declared sign, recipe.
    """

    risks: Floats
    monotone_violations: int
    recipe: Recipe

    @property
    def main(self) -> Floats:
        """The 18-month risks."""
        return np.asarray(self.risks[:, MAIN])


@dataclass(frozen=True, kw_only=True)
class TrialSetting:
    """What models are tried on: rows with their IPCW weights, subgroups (French name -> mask of
    rows), draws of firms.
    """

    rows: JudgedRows
    groups: Mapping[str, Mask] = field(default_factory=dict)
    draws: int = DRAWS
    seed: int = 1


def run(
    challenger: Contender,
    champion: Contender | None,
    setting: TrialSetting,
    *,
    psi_reason: str = "",
) -> list[Condition]:
    """Measure both models and judge the challenger. Raises ValueError when the rows hold no failure or no survivor."""
    facts = measure(challenger, setting)
    if champion is None:
        return judge(facts, None)
    return judge(
        facts,
        measure(champion, setting),
        gain=gain(challenger, champion, setting),
        score_psi=drift.psi_between(champion.main, challenger.main),
        psi_reason=psi_reason,
    )


def measure(contender: Contender, setting: TrialSetting) -> GateFacts:
    """Return the facts of one model. Raises ValueError when the rows hold no failure or no survivor."""
    rows, risk = setting.rows, contender.main
    if len(np.unique(rows.outcome[rows.weight > 0])) < 2:
        message = "test rows hold no failure, or nothing else: nothing can be judged"
        raise ValueError(message)
    inside = evaluate.capacity_membership(risk, rows.as_of)
    values = evaluate.measures(risk, rows, weight=rows.weight, thresholds=None, inside=inside)
    zone = rows.weight * inside
    return GateFacts(
        recipe=contender.recipe,
        failures=rows.events,
        auc=values["auc"],
        citl=values["citl"],
        zone_citl=_zone_citl(risk, setting, zone=zone),
        zone_failures=int(rows.outcome[zone > 0].sum()),
        slope=values["slope"],
        precision_at_capacity=values["precision_at_capacity"],
        misordered=int((np.diff(contender.risks, axis=1) < 0).any(axis=1).sum()),
        monotone_violations=contender.monotone_violations,
        subgroups={name: _subgroup(risk, rows, mask) for name, mask in setting.groups.items()},
    )


def gain(challenger: Contender, champion: Contender, setting: TrialSetting) -> Interval:
    """Return the gain in average precision of the challenger over the champion, from paired draws."""
    rows = setting.rows
    # sorted once for all the draws: what is in order costs next to nothing to sort again
    ranked = [
        (order, rows.outcome[order], each.main[order])
        for each in (challenger, champion)
        for order in (np.argsort(-each.main, kind="stable"),)
    ]

    def difference(weight: Floats) -> float:
        new, old = (
            average_precision_score(outcome, risk, sample_weight=weight[order])
            for order, outcome, risk in ranked
        )
        return float(new - old)

    drawn = [difference(rows.weight * counts) for counts in _firm_counts(setting)]
    return _interval(difference(rows.weight), drawn)


def groups_of(table: pd.DataFrame, columns: Mapping[str, str]) -> dict[str, Mask]:
    """Return subgroups of test rows: one for each value of each categorical column; `columns` gives the
    French name of each.
    """
    groups: dict[str, Mask] = {}
    for column, label in columns.items():
        for value in sorted(table[column].dropna().unique()):
            groups[f"{label} {value}"] = table[column].eq(value).to_numpy()
    return groups


def _subgroup(risk: Floats, rows: JudgedRows, mask: Mask) -> tuple[int, float]:
    weight = np.where(mask, rows.weight, 0.0)
    failures = int(rows.outcome[weight > 0].sum())
    if not weight.any():
        return 0, float("nan")
    return failures, evaluate.citl(risk, rows.outcome, weight=weight)


def _zone_citl(risk: Floats, setting: TrialSetting, *, zone: Floats) -> Interval:
    rows = setting.rows
    if not (zone * rows.outcome).any():
        return EMPTY
    weights = [zone * counts for counts in _firm_counts(setting)]
    drawn = [evaluate.citl(risk, rows.outcome, weight=each) for each in weights if each.any()]
    return _interval(evaluate.citl(risk, rows.outcome, weight=zone), drawn)


def _firm_counts(setting: TrialSetting) -> list[Floats]:
    """Return how many times each row is drawn, firm by firm: rows of one firm are not independent."""
    codes, firms = pd.factorize(setting.rows.siren, sort=True)
    random = np.random.default_rng(setting.seed)
    share = np.full(len(firms), 1 / len(firms))
    counts = [
        random.multinomial(len(firms), share).astype(float)[codes] for _ in range(setting.draws)
    ]
    failed = setting.rows.outcome * setting.rows.weight
    return [each for each in counts if (failed * each).any()]


def _interval(value: float, drawn: list[float]) -> Interval:
    finite = np.array([each for each in drawn if np.isfinite(each)])
    if not len(finite):
        return EMPTY
    low, high = np.percentile(finite, CONFIDENCE)
    return Interval(value=value, low=float(low), high=float(high))
