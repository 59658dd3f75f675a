"""A challenger and the champion on the same rows: what the gate judges.

Both share the weights (IPCW), the draws of firms and the rows, so that differences come from the
models alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.learning.bootstrap import Band, Bootstrap, plain
from scoring.learning.follow_up import HORIZONS
from scoring.learning.intervals import Ground, Scale, interval
from scoring.measuring import drift, evaluate
from scoring.measuring.evaluate import AT_CAPACITY, DRAWS, JudgedRows
from scoring.measuring.gate import (
    SUBGROUP_FAILURES,
    Condition,
    GateFacts,
    Interval,
    Recipe,
    judge,
)
from scoring.measuring.ranking import Ranking
from scoring.measuring.recalibrated import slope

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
#: what two models differ by, where failures are few
COMPARED: Final = ("average_precision", "auc", AT_CAPACITY)
CHALLENGER: Final = "challenger"
CHAMPION: Final = "champion"
MAIN: Final = HORIZONS.index(18)


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A model on the test rows: calibrated `risks` (rows x 12, 18 and 24 months), number of firms whose
    score moves against a declared sign, recipe, record of supports it was trained on
    (`gate.reading_of`).
    """

    risks: Floats
    monotone_violations: int
    recipe: Recipe
    supports: str = ""

    @property
    def main(self) -> Floats:
        """The 18-month risks."""
        return np.asarray(self.risks[:, MAIN])


@dataclass(frozen=True, kw_only=True)
class TrialSetting:
    """What models are tried on: rows with their IPCW weights, subgroups (French name of a category
    -> value -> mask of rows), draws of firms, record of supports that the register holds.
    """

    rows: JudgedRows
    groups: Mapping[str, Mapping[str, Mask]] = field(default_factory=dict)
    supports: str = ""
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
        gains=gains(challenger, champion, setting, decides=facts.decides),
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
    judged, too_few = _subgroups(risk, rows, setting.groups)
    facts = GateFacts(
        recipe=contender.recipe,
        failures=rows.failed_firms,
        auc=values["auc"],
        citl=values["citl"],
        zone_citl=_zone_citl(risk, setting, inside=inside),
        zone_failures=rows.failed_in(inside),
        zone_worth=rows.worth_in(inside),
        slope=slope(risk, rows.outcome, weight=rows.weight),
        precision_at_capacity=values["precision_at_capacity"],
        monotone_violations=contender.monotone_violations,
        subgroups=judged,
        too_few=too_few,
        supports=(contender.supports, setting.supports),
    )
    if facts.decides:
        return facts
    bands = _drawn({CHALLENGER: risk}, setting).bands()[CHALLENGER]
    return replace(facts, intervals={name: _interval(bands[name]) for name in ("citl", "slope")})


def gains(
    challenger: Contender, champion: Contender, setting: TrialSetting, *, decides: bool
) -> dict[str, Interval]:
    """Return the gain of the challenger over the champion, from paired draws: in average precision, and
    where failures are too few to decide, in every statistic that is compared.
    """
    if decides:
        return {"average_precision": gain(challenger, champion, setting)}
    drawn = _drawn({CHALLENGER: challenger.main, CHAMPION: champion.main}, setting)
    found = drawn.gains(CHALLENGER, COMPARED)[CHAMPION]
    return {name: _interval(found[name]) for name in COMPARED}


def gain(challenger: Contender, champion: Contender, setting: TrialSetting) -> Interval:
    """Return the gain in average precision of the challenger over the champion, from paired draws."""
    rows = setting.rows
    new, old = (Ranking.of(each.main, rows.outcome) for each in (challenger, champion))

    def difference(weight: Floats) -> float:
        return new.average_precision(weight) - old.average_precision(weight)

    drawn = [difference(rows.weight * counts) for counts in _firm_counts(setting)]
    value = difference(rows.weight)
    low, high = interval(value, drawn, plain(rows.failed_firms))
    return Interval(value=value, low=low, high=high)


def groups_of(table: pd.DataFrame, columns: Mapping[str, str]) -> dict[str, dict[str, Mask]]:
    """Return subgroups of test rows, by the French name of each categorical column (`columns`): one for
    each of its values.
    """
    return {
        label: {
            str(value): table[column].eq(value).to_numpy()
            for value in sorted(table[column].dropna().unique())
        }
        for column, label in columns.items()
    }


def _subgroups(
    risk: Floats, rows: JudgedRows, groups: Mapping[str, Mapping[str, Mask]]
) -> tuple[dict[str, tuple[int, float]], dict[str, int]]:
    """Return the subgroups that can be judged (failing firms, CITL), those with too few failing firms
    read together; and the ones that even so are too few.
    """
    judged: dict[str, tuple[int, float]] = {}
    too_few: dict[str, int] = {}
    for label, values in groups.items():
        firms = {value: rows.failed_in(mask.astype(float)) for value, mask in values.items()}
        small = [value for value, count in firms.items() if count < SUBGROUP_FAILURES]
        masks = {f"{label} {value}": values[value] for value in values if value not in small}
        if small:
            together = np.logical_or.reduce([values[value] for value in small])
            masks[f"{label} {', '.join(small)}" + (" réunis" if small[1:] else "")] = together
        for name, mask in masks.items():
            failing = rows.failed_in(mask.astype(float))
            if failing < SUBGROUP_FAILURES:
                too_few[name] = failing
                continue
            weight = np.where(mask, rows.weight, 0.0)
            judged[name] = failing, evaluate.citl(risk, rows.outcome, weight=weight)
    return judged, too_few


def _zone_citl(risk: Floats, setting: TrialSetting, *, inside: Floats) -> Interval:
    rows = setting.rows
    zone = rows.weight * inside
    ground = Ground(scale=Scale.RATIO, firms=rows.failed_in(inside))
    drawn = [
        evaluate.citl(risk, rows.outcome, weight=zone * counts) for counts in _firm_counts(setting)
    ]
    value = evaluate.citl(risk, rows.outcome, weight=zone)
    low, high = interval(value, drawn, ground)
    return Interval(value=value, low=low, high=high)


def _drawn(scores: Mapping[str, Floats], setting: TrialSetting) -> Bootstrap:
    return evaluate.resample(
        scores, setting.rows, thresholds={}, draws=setting.draws, seed=setting.seed
    )


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


def _interval(found: Band) -> Interval:
    return Interval(value=found["value"], low=found["low"], high=found["high"])
