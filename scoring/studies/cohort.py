"""The firms of a question, quarter by quarter, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.impact.cohorts.facts import Facts
from scoring.impact.errors import NoTreatedError
from scoring.impact.results import Floats, Mask
from scoring.impact.trials import SupportPanel
from scoring.studies.histories import Histories
from scoring.studies.question import MONTHS_OF_QUARTER, QuarterList, Question, month_of
from scoring.vocabulary import Level

#: what supported firms and others are compared on, as known on the day of the list
COVARIATES: Final = ("Risque à 18 mois", "Alerte élevée", "Effectif", "Dette sociale")
#: months of figures before the first list
BEFORE: Final = 12
#: months after which what a source says of a month is known
HEADCOUNT_LAG, DEBT_LAG = 3, 1
NEVER = np.inf


def members(lists: Mapping[int, QuarterList], question: Question) -> npt.NDArray[np.str_]:
    """Return the firms in alert on some list that is asked about, in order. Raises NoTreatedError when there is none."""
    found = [lists[each].members["siren"] for each in question.starts if each in lists]
    if not found or not sum(map(len, found)):
        raise NoTreatedError(
            "Aucune liste n’a été publiée pour ces trimestres dans ces départements : il n’y a personne à étudier."
        )
    return np.unique(np.concatenate(found).astype(str))


def facts(
    question: Question,
    lists: Mapping[int, QuarterList],
    *,
    firm: npt.NDArray[np.str_],
    supports: pd.DataFrame,
    known: Histories,
) -> Facts:
    """Return what happened to firms. supports: siren, on, the first of each firm."""
    quarters = question.quarters
    eligible = np.zeros((len(firm), quarters), dtype=bool)
    for quarter, each in lists.items():
        if quarter < quarters:
            eligible[:, quarter] = np.isin(firm, each.members["siren"].to_numpy().astype(str))
    months = BEFORE + quarters * MONTHS_OF_QUARTER
    tables = [
        _monthly(frame, firm, first=question.first, months=months)
        for frame in (known.headcount, known.debt)
    ]
    opened = _moments(known.openings, firm, question.first)
    result = Facts(
        panel=SupportPanel(
            firm=firm,
            eligible=eligible,
            covariates=np.zeros((len(firm), quarters, 0)),
            supported_at=_moments(supports, firm, question.first),
            failed_at=opened,
            observed_until=question.observed_until,
        ),
        liquidated_at=_moments(known.liquidations, firm, question.first),
        closed_at=_moments(known.closures, firm, question.first),
        headcount=tables[0],
        debt=tables[1],
        first_month=-BEFORE,
    )
    return _with_covariates(result, lists)


def _with_covariates(found: Facts, lists: Mapping[int, QuarterList]) -> Facts:
    """Return facts with what was known each quarter; what a quarter does not say is what was said last."""
    panel = found.panel
    lines = np.arange(len(panel.firm))
    columns = []
    for quarter in range(panel.eligible.shape[1]):
        begin = np.full(len(lines), float(quarter * MONTHS_OF_QUARTER))
        risk, is_high = _scored(lists.get(quarter), panel.firm)
        people = found.monthly(found.headcount, lines, begin - HEADCOUNT_LAG)
        owed = found.monthly(found.debt, lines, begin - DEBT_LAG)
        columns.append(
            np.column_stack([risk, is_high, np.log1p(people), np.log1p(np.maximum(owed, 0))])
        )
    covariates = _filled(np.stack(columns, axis=1))
    values = {**vars(panel), "covariates": covariates}
    return Facts(**{**vars(found), "panel": SupportPanel(**values)})


def _scored(each: QuarterList | None, firm: npt.NDArray[np.generic]) -> tuple[Floats, Floats]:
    """Return the log-odds of the risk of each firm and whether its alert is high; NaN when the quarter says nothing of it."""
    unknown = np.full(len(firm), np.nan)
    if each is None:
        return unknown, unknown
    risks = each.members if each.scores is None else each.scores
    risk = risks.drop_duplicates("siren").set_index("siren")["p18"].reindex(firm)
    p = np.clip(risk.to_numpy(dtype=float), 1e-6, 1 - 1e-6)
    high = each.members.loc[each.members["level"] == Level.ELEVEE.value, "siren"]
    is_high = np.isin(firm, high.to_numpy().astype(str)).astype(float)
    return np.log(p / (1 - p)), is_high


def _filled(covariates: Floats) -> Floats:
    """Return covariates (n, q, p) without holes: the last value that was said, then the first, then the median."""
    filled = covariates.copy()
    for quarter in range(1, filled.shape[1]):
        hole = np.isnan(filled[:, quarter])
        filled[:, quarter][hole] = filled[:, quarter - 1][hole]
    for quarter in range(filled.shape[1] - 2, -1, -1):
        hole = np.isnan(filled[:, quarter])
        filled[:, quarter][hole] = filled[:, quarter + 1][hole]
    for column in range(filled.shape[2]):
        values = filled[:, :, column]
        is_known: Mask = ~np.isnan(values)
        values[~is_known] = np.median(values[is_known]) if is_known.any() else 0.0
    return filled


def _moments(frame: pd.DataFrame, firm: npt.NDArray[np.str_], origin: date) -> Floats:
    """Return when each firm met something, infinite when it did not."""
    days = frame.drop_duplicates("siren").set_index("siren")["on"]
    found = np.full(len(firm), NEVER)
    for place, day in enumerate(pd.to_datetime(days.reindex(firm))):
        if not pd.isna(day):
            found[place] = month_of(day.date(), origin=origin)
    return found


def _monthly(
    frame: pd.DataFrame, firm: npt.NDArray[np.str_], *, first: date, months: int
) -> Floats:
    """Return (n, months) figures from a table of siren, month, value; NaN where it has no row."""
    found = np.full((len(firm), months), np.nan)
    month = pd.to_datetime(frame["month"])
    since = (month.dt.year - first.year) * 12 + month.dt.month - first.month + BEFORE
    column = since.to_numpy(dtype=np.int64)
    line = pd.Index(firm).get_indexer(pd.Index(frame["siren"].astype(str)))
    inside = (line >= 0) & (column >= 0) & (column < months)
    found[line[inside], column[inside]] = frame["value"].to_numpy(dtype=float)[inside]
    return found
