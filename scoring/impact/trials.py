"""The trials that chance did not make: at each date, firms that could be supported, those that were, those that were not.

Sequential target trials (Hernán et al. 2008, https://doi.org/10.1097/EDE.0b013e3181875e61; Danaei et al. 2013): a firm
enters each trial for which it is eligible; a control leaves at its own support, and those like it weigh more. Time
starts for both at the same date, so that nobody is immortal until a support.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.impact import checks
from scoring.impact.aipw import DEFAULT, aipw_att
from scoring.impact.errors import NotMaturedError, UnfitTableError
from scoring.impact.nuisances import Nuisances
from scoring.impact.results import Effect, Floats, Mask
from scoring.impact.weighting import QUARTER, Ends, ipcw


@dataclass(frozen=True, kw_only=True)
class SupportPanel:
    """Firms (n), looked at the first day of each quarter (q); times are months since the first day of the first quarter.

    firm: (n,). eligible: (n, q), in alert, in business, never supported. covariates: (n, q, p), known on that day.
    supported_at, failed_at: (n,), infinite when it has not come. observed_until: when what is known ends.
    """

    firm: npt.NDArray[np.generic]
    eligible: Mask
    covariates: Floats
    supported_at: Floats
    failed_at: Floats
    observed_until: float


@dataclass(frozen=True, kw_only=True)
class Trials:
    """Rows of trials (m): one a firm and a trial it was eligible for.

    firm, start: (m,), which firm, which quarter. treated: (m,). covariates: (m, p), at the start of the trial.
    later: (m, h, p + 1), at the start of each quarter of follow-up, then whether the firm could be supported.
    ends: how follow-up ended. horizon: months.
    """

    firm: npt.NDArray[np.generic]
    start: npt.NDArray[np.int64]
    treated: Mask
    covariates: Floats
    later: Floats
    ends: Ends
    horizon: float


def sequential_trials(
    *,
    panel: SupportPanel,
    horizon: float,
    starts: Sequence[int] | None = None,
    grace: int = 0,
) -> Trials:
    """Return the rows of the trials that start at some quarters, followed for `horizon` months.

    starts: quarters; None: all those that have matured. grace: quarters left to begin a support after the start. With 0,
    supports are dated by the first day of the quarter. Otherwise follow-up starts after the grace, for both groups, and
    leaves out whoever failed before: its effect is that of having been supported among those that are still there.

    Raises NotMaturedError when a trial that is asked for has not been observed to its horizon; NoTreatedError,
    NoControlError, UnfitTableError.
    """
    _same_shape(panel)
    length = round(horizon / QUARTER)
    wait = grace * QUARTER
    matured = [
        start
        for start in range(panel.eligible.shape[1])
        if start * QUARTER + wait + horizon <= panel.observed_until
    ]
    asked = matured if starts is None else list(starts)
    if not asked or set(asked) - set(matured):
        raise NotMaturedError(
            "La cohorte n’a pas encore été observée jusqu’à l’horizon : attendez, ou choisissez-en une plus ancienne."
        )
    if max(asked) + grace + length > panel.covariates.shape[1]:
        raise UnfitTableError(
            "Les covariables s’arrêtent avant l’horizon : donnez celles de chaque trimestre du suivi."
        )
    parts = [
        _trial(panel, start=start, horizon=horizon, wait=wait, grace=grace, length=length)
        for start in asked
    ]
    trials = _stacked(parts, horizon=horizon)
    checks.two_groups(trials.treated)
    return trials


def trials_att(*, trials: Trials, learn: Nuisances = DEFAULT) -> Effect:
    """Return the headline: what support changed to the failures within the horizon, for those that were supported,
    against no support within the horizon; -0.03 is three failures fewer a hundred firms.

    Controls are censored at their own support and weighed by what was known each quarter (`ipcw`); the effect is that
    of `aipw_att`, trial by trial in its covariates, and its standard error summed by firm.
    Raises what `ipcw` and `aipw_att` raise.
    """
    return aipw_att(
        outcome=trials.ends.failed.astype(float),
        treated=trials.treated,
        covariates=np.hstack([trials.covariates, started(trials)]),
        firm=trials.firm,
        weight=known_weight(trials),
        learn=learn,
    )


def known_weight(trials: Trials) -> Floats:
    """Return for how many each row counts: 1 when it was supported; a control, 0 once it is lost to a support of its own, and
    otherwise as many as were lost that it was like. Raises what `ipcw` raises.
    """
    control = ~trials.treated
    weight = np.ones(len(control))
    ends = Ends(
        months=trials.ends.months[control],
        failed=trials.ends.failed[control],
        lost=trials.ends.lost[control],
    )
    weight[control] = ipcw(
        ends=ends, covariates=trials.later[control], horizon=trials.horizon
    ).weight
    return weight


def started(trials: Trials) -> Floats:
    """Return a column for each trial but the first."""
    columns: Floats = (trials.start[:, None] == np.unique(trials.start)[1:]).astype(float)
    return columns


def _same_shape(panel: SupportPanel) -> None:
    firms = len(panel.firm)
    checks.same_length(
        panel.eligible,
        panel.covariates,
        panel.supported_at,
        panel.failed_at,
        rows=firms,
        name="panel",
    )
    if panel.covariates.ndim != 3 or panel.eligible.ndim != 2:
        raise UnfitTableError(
            "Le panel a une ligne par entreprise et une colonne par trimestre : mettez-le sous cette forme."
        )


def _trial(
    panel: SupportPanel, *, start: int, horizon: float, wait: float, grace: int, length: int
) -> Trials:
    """Return the rows of one trial."""
    begin = start * QUARTER
    clock = begin + wait
    rows = np.flatnonzero(
        panel.eligible[:, start] & (panel.supported_at >= begin) & (panel.failed_at > clock)
    )
    supported, failed = panel.supported_at[rows] - clock, panel.failed_at[rows] - clock
    treated = supported <= 0
    lost = ~treated & (supported < np.minimum(failed, horizon))
    has_failed = ~lost & (failed <= horizon)
    months = np.where(lost, supported, np.where(has_failed, failed, horizon))
    later = slice(start + grace, start + grace + length)
    return Trials(
        firm=panel.firm[rows],
        start=np.full(len(rows), start),
        treated=treated,
        covariates=panel.covariates[rows, start],
        later=np.dstack([panel.covariates[rows, later], panel.eligible[rows, later]]),
        ends=Ends(months=months, failed=has_failed, lost=lost),
        horizon=horizon,
    )


def _stacked(parts: Sequence[Trials], *, horizon: float) -> Trials:
    return Trials(
        firm=np.concatenate([each.firm for each in parts]),
        start=np.concatenate([each.start for each in parts]),
        treated=np.concatenate([each.treated for each in parts]),
        covariates=np.concatenate([each.covariates for each in parts]),
        later=np.concatenate([each.later for each in parts]),
        ends=Ends(
            months=np.concatenate([each.ends.months for each in parts]),
            failed=np.concatenate([each.ends.failed for each in parts]),
            lost=np.concatenate([each.ends.lost for each in parts]),
        ),
        horizon=horizon,
    )
