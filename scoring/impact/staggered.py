"""Difference in differences when firms are supported at different dates (Callaway and Sant’Anna 2021,
https://doi.org/10.1016/j.jeconom.2020.12.001): for employment, where each firm has a figure before and after.

Each cohort is compared with firms that are not supported yet, or never: never with those that were supported before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from scoring.impact import checks, nuisances
from scoring.impact.errors import NoControlError, NoOverlapError, NoTreatedError, UnfitTableError
from scoring.impact.results import Effect, Floats, Mask, effect

#: propensity from which a control has no equivalent among the others
HIGHEST: Final = 0.995


@dataclass(frozen=True, kw_only=True)
class CohortEffect:
    """The effect on the firms first treated in `cohort`, in `period`; before `cohort`, what should be 0."""

    cohort: float
    period: float
    effect: Effect


@dataclass(frozen=True, kw_only=True)
class StaggeredEffects:
    """cells: each cohort and period. simple: their mean after treatment, by size of cohort. by_cohort, by_delay: means of
    a cohort over its periods, of a delay (0: the period of treatment; negative: before) over cohorts. cohorts, dynamic:
    the means of those, by size of cohort and over the delays from 0.
    """

    cells: tuple[CohortEffect, ...]
    simple: Effect
    cohorts: Effect
    dynamic: Effect
    by_cohort: dict[float, Effect]
    by_delay: dict[float, Effect]


@dataclass(frozen=True, kw_only=True)
class _Panel:
    outcome: Floats
    first: Floats
    periods: Floats
    design: Floats
    firm: npt.NDArray[np.generic] | None
    controls: str


@dataclass(frozen=True, kw_only=True)
class _Cell:
    cohort: float
    period: float
    att: float
    influence: Floats
    n: int


def did_att_gt(
    *,
    outcome: npt.ArrayLike,
    first: npt.ArrayLike,
    periods: npt.ArrayLike,
    covariates: npt.ArrayLike | None = None,
    controls: Literal["never", "not_yet"] = "never",
    firm: npt.ArrayLike | None = None,
) -> StaggeredEffects:
    """Return the effect on each cohort in each period, and their means, in the unit of `outcome`.

    outcome: (n, t), one row a unit, one column a period (0 for the headcount of a firm that closed).
    first: (n,), the period of the first treatment; 0 or infinite: never. Units treated from the first period teach nothing.
    periods: (t,), in order. covariates: (n, p), known before the first period: then doubly robust (Sant’Anna and Zhao
    2020, https://doi.org/10.1016/j.jeconom.2020.06.003). controls: units never treated, or not treated yet.
    firm: (n,), whose rows are correlated; None: each row is a firm.

    Before its treatment, a cohort is compared from one period to the next; afterwards with its last period before.
    Standard errors are those of the influence functions, sizes of cohorts included.
    Raises NoTreatedError, NoControlError, NoOverlapError, UnfitTableError.
    """
    panel = _panel(outcome, first, periods, covariates, controls=controls, firm=firm)
    began = np.unique(panel.first[np.isfinite(panel.first)])
    if not len(began):
        raise NoTreatedError(
            "Aucune entreprise n’a été accompagnée après la première période : il n’y a pas d’effet à mesurer."
        )
    cells = [
        _cell(panel, cohort=cohort, column=column)
        for cohort in began
        for column in range(1, len(panel.periods))
    ]
    return _gathered(panel, cells, began)


def _panel(
    outcome: npt.ArrayLike,
    first: npt.ArrayLike,
    periods: npt.ArrayLike,
    covariates: npt.ArrayLike | None,
    *,
    controls: str,
    firm: npt.ArrayLike | None,
) -> _Panel:
    values = checks.numbers(outcome, name="issue")
    dates = checks.numbers(periods, name="périodes")
    began = np.asarray(first, dtype=float)
    if values.ndim != 2 or values.shape != (len(began), len(dates)):
        raise UnfitTableError(
            "Il faut une ligne par entreprise et une colonne par période, sans trou : complétez, ou écartez les entreprises incomplètes."
        )
    began = np.where(np.isnan(began) | (began <= 0) | (began > dates[-1]), np.inf, began)
    kept = began > dates[0]
    x = np.ones((len(began), 1))
    if covariates is not None:
        x = np.hstack([x, nuisances.standardised(checks.table(covariates, rows=len(began)))])
    groups = None if firm is None else np.asarray(firm)[kept]
    return _Panel(
        outcome=values[kept],
        first=began[kept],
        periods=dates,
        design=checks.numbers(x, name="covariables")[kept],
        firm=groups,
        controls=controls,
    )


def _cell(panel: _Panel, *, cohort: float, column: int) -> _Cell:
    """Return the effect on a cohort in a period."""
    period = panel.periods[column]
    before = np.flatnonzero(panel.periods < cohort)[-1]
    base = int(min(before, column - 1))
    treated = panel.first == cohort
    until = max(period, panel.periods[base], cohort)
    is_free = panel.first > until if panel.controls == "not_yet" else ~np.isfinite(panel.first)
    control = is_free & ~treated
    if not control.any():
        raise NoControlError(
            "À une période, toutes les entreprises sont déjà accompagnées : raccourcissez la période étudiée."
        )
    inside = treated | control
    change = (panel.outcome[:, column] - panel.outcome[:, base])[inside]
    att, values = _doubly_robust(change, treated[inside], panel.design[inside])
    influence = np.zeros(len(treated))
    influence[inside] = values * len(treated) / inside.sum()
    return _Cell(
        cohort=float(cohort),
        period=float(period),
        att=att,
        influence=influence,
        n=int(inside.sum()),
    )


def _doubly_robust(change: Floats, treated: Mask, design: Floats) -> tuple[float, Floats]:
    """Return the effect on a change and its influence values (n,), estimation of both nuisances included."""
    d, n = treated.astype(float), len(change)
    chance = np.full(n, d.mean())
    if design.shape[1] > 1:
        model = nuisances.fitted(nuisances.logistic(), design[:, 1:], d)
        chance = nuisances.predicted(model, design[:, 1:])
    if chance[~treated].max() >= HIGHEST:
        raise NoOverlapError(
            "Des entreprises non accompagnées ne ressemblent qu’à des accompagnées : retirez la covariable qui les sépare."
        )
    odds = (1 - d) * chance / (1 - chance)
    gram = np.linalg.pinv((design * (1 - d)[:, None]).T @ design / n)
    slope = gram @ (design * ((1 - d) * change)[:, None]).mean(axis=0)
    rest = change - design @ slope
    gain, drift = float(d @ rest / d.sum()), float(odds @ rest / odds.sum())
    of_line = (design * ((1 - d) * rest)[:, None]) @ gram
    information = (design * (chance * (1 - chance))[:, None]).T @ design / n
    of_chance = (design * (d - chance)[:, None]) @ np.linalg.pinv(information)
    own = d * (rest - gain) - of_line @ (design * d[:, None]).mean(axis=0)
    other = (
        odds * (rest - drift)
        + of_chance @ (design * (odds * (rest - drift))[:, None]).mean(axis=0)
        - of_line @ (design * odds[:, None]).mean(axis=0)
    )
    return gain - drift, np.asarray(own / d.mean() - other / odds.mean())


def _gathered(panel: _Panel, cells: Sequence[_Cell], began: Floats) -> StaggeredEffects:
    """Return all the means of the cells."""
    after = [each for each in cells if each.period >= each.cohort]
    delays = sorted({each.period - each.cohort for each in cells})
    by_cohort = {
        float(cohort): _mean(panel, [[each] for each in after if each.cohort == cohort])
        for cohort in began
    }
    by_delay = {float(delay): _mean(panel, [_at(cells, delay)]) for delay in delays}
    return StaggeredEffects(
        cells=tuple(
            CohortEffect(
                cohort=each.cohort, period=each.period, effect=_mean(panel, [[each]], n=each.n)
            )
            for each in cells
        ),
        simple=_mean(panel, [after]),
        cohorts=_over_cohorts(panel, after, began),
        dynamic=_mean(panel, [_at(cells, delay) for delay in delays if delay >= 0]),
        by_cohort=by_cohort,
        by_delay=by_delay,
    )


def _at(cells: Sequence[_Cell], delay: float) -> list[_Cell]:
    return [each for each in cells if each.period - each.cohort == delay]


def _weighted(panel: _Panel, cells: Sequence[_Cell]) -> tuple[float, Floats]:
    """Return the mean of cells by size of cohort, and its influence values, those of the sizes included."""
    belongs = np.stack([panel.first == each.cohort for each in cells]).astype(float)
    size = belongs.mean(axis=1)
    share = size / size.sum()
    value = float(share @ [each.att for each in cells])
    moved = (belongs - size[:, None]) / size.sum()
    moved -= share[:, None] * moved.sum(axis=0)[None, :]
    influence = share @ np.stack([each.influence for each in cells])
    return value, influence + np.array([each.att for each in cells]) @ moved


def _mean(panel: _Panel, groups: Sequence[Sequence[_Cell]], *, n: int | None = None) -> Effect:
    """Return the plain mean of the means of some groups of cells."""
    parts = [_weighted(panel, cells) for cells in groups]
    values = np.mean([each[1] for each in parts], axis=0)
    cohorts = {each.cohort for cells in groups for each in cells}
    found = effect(float(np.mean([each[0] for each in parts])), values, firm=panel.firm)
    treated = int(np.isin(panel.first, list(cohorts)).sum())
    return replace(found, n=n or len(panel.first), n_treated=treated)


def _over_cohorts(panel: _Panel, after: Sequence[_Cell], began: Floats) -> Effect:
    """Return the mean, by size of cohort, of the means of cohorts over their periods."""
    means = [
        _Cell(
            cohort=float(cohort),
            period=float(cohort),
            att=float(np.mean([each.att for each in own])),
            influence=np.mean([each.influence for each in own], axis=0),
            n=0,
        )
        for cohort in began
        if (own := [each for each in after if each.cohort == cohort])
    ]
    return _mean(panel, [means])
