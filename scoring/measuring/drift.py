"""Drift: do today's data look like the training data, and did the last risks come true?

Bins are fixed once, at training, and stored as plain JSON with the model (`reference_bins`); each
month `findings` compares a table to them: population stability index of the score and of each
feature, share of missing values, predicted over observed on the last window with known outcomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.dictionary.feature import Feature
from scoring.dictionary.numbers import is_missing
from scoring.learning import ipcw, regime
from scoring.learning.artifacts import TrainedModel
from scoring.learning.follow_up import (
    INTERVAL_MONTHS,
    FollowUp,
    Scale,
    hazard_rows,
    outcomes,
    still_free,
)
from scoring.learning.predict import first_hazards
from scoring.measuring import evaluate
from scoring.vocabulary import DriftVerdict

Floats = npt.NDArray[np.float64]
BINS: Final = 10
WATCH: Final = 0.10  # PSI
BLOCK: Final = 0.25
MISSING_WATCH: Final = 0.05  # points of missing share gained or lost
MISSING_BLOCK: Final = 0.20
CITL_GREEN: Final = (0.90, 1.15)
CITL_RED: Final = (0.70, 1.40)
MIN_FAILURES: Final = 30  # below this, the matured window may warn, never block
#: with fewer known values, a feature may warn, never block: chance alone moves its bins
MIN_KNOWN: Final = 200
NAMED: Final = 5  # new categories named in a finding
FLOOR: Final = 1e-4  # share of an empty bin: keeps the logarithm finite
SCORE: Final = "p18"
MATURED_MONTHS: Final = 18
SCORE_LABEL: Final = "Score à 18 mois"


@dataclass(frozen=True, kw_only=True)
class DriftFinding:
    """One measure of drift: what was measured (psi, missing, unseen, citl, level), on what, and its verdict."""

    measure: str
    name: str
    label: str
    value: float
    verdict: DriftVerdict

    def plain(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**asdict(self), "verdict": self.verdict.value}


def reference_bins(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the bins of every column but siren and as_of, as JSON: inner cuts (numbers) or
    categories, share of known rows in each, share of missing rows.
    """
    columns = [name for name in frame.columns if name not in {"siren", "as_of"}]
    return {str(name): _reference(frame[name]) for name in columns}


def psi(expected: Floats, observed: Floats) -> float:
    """Return the population stability index of two vectors of shares over the same bins:
    sum of (observed - expected) · ln(observed / expected), empty bins counting for FLOOR.
    """
    before, now = np.maximum(expected, FLOOR), np.maximum(observed, FLOOR)
    return float(np.sum((now - before) * np.log(now / before)))


def psi_between(before: Floats, now: Floats) -> float:
    """Return the PSI of `now` against `before`, with the bins of `before`."""
    reference = _reference(pd.Series(before))
    return psi(np.array(reference["shares"]), _shares(pd.Series(now), reference))


def findings(
    reference: Mapping[str, Any], table: pd.DataFrame, registry: tuple[Feature, ...]
) -> list[DriftFinding]:
    """Return the PSI of the score (column p18, when both have it) and of each feature, and missing
    shares, in registry order. A feature without a reference is left out.
    """
    labels = {SCORE: SCORE_LABEL} | {feature.name: feature.full_label for feature in registry}
    result = []
    for name, label in labels.items():
        if name not in reference or name not in table:
            continue
        bins = reference[name]
        shift = psi(np.array(bins["shares"]), _shares(table[name], bins))
        finding = _finding("psi", name, label, shift, bounds=(WATCH, BLOCK))
        if finding.verdict is DriftVerdict.RED and (~_is_missing(table[name])).sum() < MIN_KNOWN:
            finding = replace(finding, verdict=DriftVerdict.ORANGE)
        result.append(finding)
        moved = abs(_missing(table[name]) - float(bins["missing"]))
        result.append(
            _finding("missing", name, label, moved, bounds=(MISSING_WATCH, MISSING_BLOCK))
        )
        result += _unseen(name, label, table[name], bins.get("seen"))
    return result


def _unseen(name: str, label: str, column: pd.Series, seen: list[str] | None) -> list[DriftFinding]:
    """Return the share of rows whose category was absent from training, scored as an average firm;
    empty without such rows.
    """
    known = column[~_is_missing(column)].astype(str)
    new = known[~known.isin(seen)] if seen is not None else known.head(0)
    if new.empty:
        return []
    shown = sorted(new.unique())
    words = ", ".join(shown[:NAMED]) + ("…" if len(shown) > NAMED else "")
    share = len(new) / len(column)
    finding = _finding("unseen", name, f"{label} : {words}", share, bounds=(0.0, MISSING_BLOCK))
    return [finding]


def matured(value: float, *, failures: int) -> DriftFinding:
    """Return the finding of predicted over observed on the last window with known outcomes."""
    verdict = DriftVerdict.ORANGE
    if CITL_GREEN[0] <= value <= CITL_GREEN[1]:
        verdict = DriftVerdict.GREEN
    elif failures >= MIN_FAILURES and not CITL_RED[0] <= value <= CITL_RED[1]:
        verdict = DriftVerdict.RED
    return DriftFinding(
        measure="citl", name=SCORE, label="Risque prédit sur observé", value=value, verdict=verdict
    )


def level(predicted: float, observed: float, *, quarter: date) -> DriftFinding:
    """Return the finding of the failures of one quarter against what was predicted: orange when chance
    alone would not give so few or so many.
    """
    fewest, most = regime.band(predicted)
    is_inside = fewest <= observed <= most
    return DriftFinding(
        measure="level",
        name="h3",
        label=f"{observed:.0f} défaillances du {quarter:%m/%Y} en trois mois, où {fewest} à {most} étaient attendues",
        value=predicted / max(1.0, observed),
        verdict=DriftVerdict.GREEN if is_inside else DriftVerdict.ORANGE,
    )


def latest_quarter(
    model: TrainedModel, table: pd.DataFrame, *, quarter: date, history: FollowUp
) -> DriftFinding | None:
    """Return the level of the first three months after `quarter`, from the features of its firms; None
    when they are not known yet, or when the model has learnt them.
    """
    end = pd.Timestamp(quarter) + pd.DateOffset(months=INTERVAL_MONTHS)
    learnt = model.metadata.get("service", {}).get("learnt_until")
    if end > history.admin_end or (learnt is not None and end <= pd.Timestamp(learnt)):
        return None
    snapshots = table.assign(as_of=pd.Timestamp(quarter).as_unit("s"))
    snapshots = snapshots[still_free(snapshots, history)].reset_index(drop=True)
    rows = hazard_rows(snapshots, history, scale=Scale(intervals=1, horizons=(INTERVAL_MONTHS,)))
    found = regime.by_quarter(rows, first_hazards(model, snapshots)[rows["row"].to_numpy()])
    if found.empty:
        return None
    return level(
        float(found["predicted"].iloc[0]), float(found["observed"].iloc[0]), quarter=quarter
    )


def matured_window(scores: pd.DataFrame, *, as_of: date, history: FollowUp) -> DriftFinding | None:
    """Return predicted over observed for a past list (siren, p18), under IPCW; None without failure."""
    snapshots = pd.DataFrame({"siren": scores["siren"], "as_of": pd.Timestamp(as_of).as_unit("s")})
    free = still_free(snapshots, history).to_numpy()
    snapshots, risk = snapshots[free], scores[SCORE].to_numpy(dtype="float64")[free]
    result = outcomes(snapshots, history, horizon=MATURED_MONTHS)
    weight = ipcw.weights(result, risk, horizon=MATURED_MONTHS)
    outcome = result["y"].to_numpy(dtype="float64")
    failures = int(outcome[weight > 0].sum())
    if not failures:
        return None
    return matured(evaluate.citl(risk, outcome, weight=weight), failures=failures)


def worst(findings: list[DriftFinding]) -> DriftVerdict:
    """Return the worst verdict of the findings; green without any."""
    order = list(DriftVerdict)
    return max(
        (finding.verdict for finding in findings), key=order.index, default=DriftVerdict.GREEN
    )


def _finding(
    measure: str, name: str, label: str, value: float, *, bounds: tuple[float, float]
) -> DriftFinding:
    watch, block = bounds
    verdict = (
        DriftVerdict.GREEN
        if value < watch
        else DriftVerdict.ORANGE
        if value < block
        else DriftVerdict.RED
    )
    return DriftFinding(measure=measure, name=name, label=label, value=value, verdict=verdict)


def _reference(column: pd.Series) -> dict[str, Any]:
    known = column[~_is_missing(column)]
    if _is_number(column):
        quantiles = known.astype("float64").quantile(np.linspace(0, 1, BINS + 1)[1:-1])
        bins: dict[str, Any] = {"cuts": sorted(set(quantiles.dropna().tolist()))}
    else:
        # the commonest categories have a bin each, the others share one
        counts = known.astype(str).value_counts()
        bins = {"categories": sorted(counts.index[: BINS - 1]), "seen": sorted(counts.index)}
    return {**bins, "shares": _shares(column, bins).tolist(), "missing": _missing(column)}


def _shares(column: pd.Series, bins: Mapping[str, Any]) -> Floats:
    known = column[~_is_missing(column)]
    if "cuts" in bins:
        codes = np.searchsorted(bins["cuts"], known.to_numpy(dtype="float64"), side="left")
        size = len(bins["cuts"]) + 1
    else:
        places = {name: place for place, name in enumerate(bins["categories"])}
        size = len(places) + 1
        codes = known.astype(str).map(places).fillna(size - 1).to_numpy(dtype="int64")
    counts = np.bincount(codes, minlength=size).astype("float64")
    return counts / max(1.0, float(counts.sum()))


def _missing(column: pd.Series) -> float:
    return float(_is_missing(column).mean()) if len(column) else 0.0


def _is_missing(column: pd.Series) -> pd.Series:
    return column.isna() if _is_number(column) else column.map(is_missing).astype(bool)


def _is_number(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column))
