"""Which rows of a panel train and which test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from scoring.lab.benchmark.errors import BenchmarkError
from scoring.lab.benchmark.panel import Panel, history
from scoring.learning import splits
from scoring.learning.follow_up import INTERVAL_MONTHS, FollowUp, Scale, hazard_rows, outcomes

#: folds that test a cross-section: those never used to train the product
TEST_FOLDS: Final = (splits.TEST_FOLD, splits.CALIBRATION_FOLD)
FEW: Final = 10


@dataclass(frozen=True, kw_only=True)
class BenchmarkQuestion:
    """The question: failure within `horizon` steps, trained on what was known at `train_until`, tested
    on rows from `test_from` to `test_until` (times as written in the file).
    """

    horizon: int
    train_until: str | None = None
    test_from: str | None = None
    test_until: str | None = None

    @property
    def scale(self) -> Scale:
        """One interval a step, one horizon."""
        return Scale(intervals=self.horizon, horizons=(self.horizon * INTERVAL_MONTHS,))


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Snapshots (siren, as_of, features), their follow-up and their times."""

    frame: pd.DataFrame
    history: FollowUp
    times: pd.Series


@dataclass(frozen=True, kw_only=True)
class BenchmarkTask:
    """Training and test rows of one question; `rows` are the intervals every model is fitted on."""

    learning: Sample
    rows: pd.DataFrame
    test: Sample
    known: pd.DataFrame
    warnings: list[str] = field(default_factory=list)


def cut(panel: Panel, question: BenchmarkQuestion) -> BenchmarkTask:
    """Separate training from test. Raises BenchmarkError when either of them is not usable.

    A training row only reflects what had happened by `train_until`: its later intervals are left
    out, and a row of the last step has none.
    """
    learning, test = _by_fold(panel) if panel.clock is None else _by_time(panel, question)
    rows = hazard_rows(learning.frame, learning.history, scale=question.scale)
    _check_learning(rows)
    months = question.scale.horizons[0]
    reached = test.frame["as_of"].map(
        {day: day + pd.DateOffset(months=months) for day in test.frame["as_of"].unique()}
    )
    judged = reached.le(test.history.admin_end).to_numpy()
    test = Sample(
        frame=test.frame[judged].reset_index(drop=True),
        history=test.history,
        times=test.times[judged].reset_index(drop=True),
    )
    known = outcomes(test.frame, test.history, horizon=months)
    _check_test(known)
    warnings = [*_few(rows, known), *_unseen(panel, learning.frame, test.frame)]
    return BenchmarkTask(learning=learning, rows=rows, test=test, known=known, warnings=warnings)


def _by_fold(panel: Panel) -> tuple[Sample, Sample]:
    tested = splits.folds(panel.frame["siren"]).isin(TEST_FOLDS)
    known = history(panel.frame, last=1)
    return _sample(panel, ~tested, known), _sample(panel, tested, known)


def _by_time(panel: Panel, question: BenchmarkQuestion) -> tuple[Sample, Sample]:
    clock, step = panel.clock, panel.frame["step"]
    if clock is None or question.train_until is None or question.test_from is None:
        raise BenchmarkError(
            "--train-until et --test-from sont obligatoires quand le panel a un temps "
            "(--time none pour une coupe sans temps)."
        )
    last, first = clock.index(question.train_until), clock.index(question.test_from)
    if last >= first:
        message = (
            f"--train-until {question.train_until} doit précéder --test-from {question.test_from}."
        )
        raise BenchmarkError(message)
    end = int(step.max()) if question.test_until is None else clock.index(question.test_until)
    learnt, tested = step.le(last), step.between(first, end)
    for rows, name in (
        (learnt, f"jusqu’à {question.train_until}"),
        (tested, "dans la fenêtre de test"),
    ):
        if not rows.any():
            message = (
                f"aucune ligne {name} : le panel va de {panel.times.min()} à {panel.times.max()}."
            )
            raise BenchmarkError(message)
    return (
        _sample(panel, learnt, history(panel.frame[learnt], last=last)),
        _sample(panel, tested, history(panel.frame, last=int(step.max()) + 1)),
    )


def _sample(panel: Panel, selected: pd.Series, known: FollowUp) -> Sample:
    return Sample(
        frame=panel.frame[selected].reset_index(drop=True),
        history=known,
        times=panel.times[selected].reset_index(drop=True),
    )


def _check_learning(rows: pd.DataFrame) -> None:
    if rows.empty:
        raise BenchmarkError(
            "aucune ligne d’apprentissage n’a d’issue connue à --train-until : "
            "une ligne n’enseigne qu’un pas de temps après elle."
        )
    if not rows["y"].any():
        raise BenchmarkError("aucune défaillance dans la fenêtre d’apprentissage.")
    if rows["y"].all():
        raise BenchmarkError("la fenêtre d’apprentissage ne contient que des défaillances.")


def _check_test(known: pd.DataFrame) -> None:
    seen = known.loc[known["observed"], "y"]
    if seen.empty:
        raise BenchmarkError("aucune ligne de test n’a d’issue connue à cet horizon.")
    if seen.nunique() < 2:
        only = "que des défaillances" if seen.iloc[0] else "aucune défaillance"
        message = f"une seule classe dans le test ({only}) : rien ne peut être mesuré."
        raise BenchmarkError(message)


def _few(rows: pd.DataFrame, known: pd.DataFrame) -> list[str]:
    counts = {
        "apprentissage": rows.loc[rows["y"].eq(1), "siren"].nunique(),
        "test": known.loc[known["y"].eq(1), "siren"].nunique(),
    }
    return [
        f"{count} défaillance(s) seulement en {name} : les mesures sont très incertaines."
        for name, count in counts.items()
        if count < FEW
    ]


def _unseen(panel: Panel, learning: pd.DataFrame, test: pd.DataFrame) -> list[str]:
    """Return warnings on values absent from training. Raises BenchmarkError when no feature
    varies.
    """
    warnings, varying = [], 0
    for feature in panel.registry:
        column = learning[feature.name]
        varying += column.nunique(dropna=False) > 1
        if column.isna().all():
            warnings.append(f"« {feature.label} » est entièrement vide en apprentissage.")
        elif feature.is_categorical:
            new = sorted(set(test[feature.name].dropna()) - set(column.dropna()))
            if new:
                warnings.append(
                    f"« {feature.label} » prend en test {len(new)} valeur(s) jamais apprise(s) : "
                    f"{', '.join(map(str, new[:3]))}{'…' if len(new) > 3 else ''}."
                )
    if not varying:
        raise BenchmarkError("aucune variable ne varie en apprentissage : rien à apprendre.")
    return warnings
