"""From lists, supports and a lake to arrays: dates, figures, what is known on the day of the study and what is not."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scoring.impact.cohorts.facts import Facts
from scoring.impact.errors import NoTreatedError, TooFewEventsError, TooNearTheCutError
from scoring.studies import cohort, cut
from scoring.studies.histories import Histories, histories
from scoring.studies.question import QuarterList, Question, month_of
from scoring.vocabulary import StudyOutcome
from tests.scoring.small_lake import lake_of

A, B, C = "100000001", "200000002", "300000003"
QUESTION = Question(
    outcome=StudyOutcome.OPENING,
    first=date(2024, 1, 1),
    last=date(2024, 4, 1),
    horizons=(12,),
    frozen_on=date(2025, 12, 1),
)


def procedure(siren: str, kind: str, on: date, known_at: date) -> dict[str, Any]:
    return {
        "siren": siren,
        "kind": kind,
        "stage": "ouverture",
        "effective_on": on,
        "label": "",
        "known_at": known_at,
    }


def members(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["siren", "level", "p18"])


LISTS = {
    0: QuarterList(members=members((A, "elevee", 0.5), (B, "moderee", 0.2))),
    1: QuarterList(
        members=members((B, "elevee", 0.4), (C, "moderee", 0.1)),
        scores=pd.DataFrame({"siren": [A, B, C], "p18": [0.05, 0.4, 0.1]}),
        cut=0.1,
    ),
}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Histories:
    """A opens a safeguard then is liquidated, C opens after the study is frozen; B owes and pays."""
    lake = lake_of(
        tmp_path_factory.mktemp("lake"),
        procol=[
            procedure(A, "redressement", date(2024, 9, 16), date(2024, 10, 1)),
            procedure(A, "liquidation", date(2025, 3, 10), date(2025, 4, 1)),
            procedure(C, "liquidation", date(2025, 2, 3), date(2026, 1, 10)),
        ],
        effectif_ent=[
            {"siren": B, "month": date(2023, 9, 1), "workforce": 12.0},
            {"siren": B, "month": date(2024, 12, 1), "workforce": 9.0},
        ],
        debit=[_debt(1, date(2023, 11, 1), 600.0), _debt(2, date(2024, 6, 1), 0.0)],
        cotisation=[
            {"siret": f"{each}00011", "period_start": date(2025, 9, 1), "period_end": date(2025, 10, 1), "due": 10.0}
            for each in (A, B, C)
        ],
    )  # fmt: skip
    return histories(
        lake,
        sirens=[A, B, C],
        since=QUESTION.first,
        months_before=cohort.BEFORE,
        known_by=QUESTION.frozen_on,
    )


def _debt(number: int, month: date, owed: float) -> dict[str, Any]:
    return {
        "siret": f"{B}00011", "siren": B, "account": "A", "period_start": date(2023, 10, 1), "period_end": date(2023, 11, 1),
        "debt_number": "1", "operation_number": number, "treated_on": month, "effective_month": month,
        "employee_part": owed / 3, "employer_part": owed * 2 / 3,
    }  # fmt: skip


@pytest.fixture(scope="module")
def facts(known: Histories) -> Facts:
    firm = cohort.members(LISTS, QUESTION)
    supports = pd.DataFrame({"siren": [B], "on": [date(2024, 2, 15)]})
    return cohort.facts(QUESTION, LISTS, firm=firm, supports=supports, known=known)


def test_firms_are_eligible_in_the_quarters_of_their_alerts(facts: Facts) -> None:
    assert facts.panel.firm.tolist() == [A, B, C]
    assert facts.panel.eligible[:, :3].tolist() == [
        [True, False, False], [True, True, False], [False, True, False]
    ]  # fmt: skip
    assert facts.panel.eligible.shape == (3, 2 + 1 + 4)


def test_dates_are_months_since_the_first_list_and_what_was_not_known_is_not_there(
    facts: Facts,
) -> None:
    assert facts.panel.failed_at.tolist() == [pytest.approx(8.5), np.inf, np.inf]
    assert facts.liquidated_at.tolist() == [pytest.approx(14 + 9 / 31), np.inf, np.inf]
    assert facts.panel.supported_at.tolist() == [np.inf, pytest.approx(1 + 14 / 29), np.inf]
    assert facts.panel.observed_until == pytest.approx(month_of(date(2025, 10, 2), origin=date(2024, 1, 1)))  # fmt: skip


def test_figures_are_those_of_their_month(facts: Facts) -> None:
    line = np.array([1])
    people = [facts.monthly(facts.headcount, line, np.array([at]))[0] for at in (-3.0, 12.0)]
    assert people == [12.0, 9.0]
    owed = [facts.monthly(facts.debt, line, np.array([at]))[0] for at in (-1.0, 5.0, 6.0)]
    assert owed == [pytest.approx(600), pytest.approx(600), 0.0]


def test_what_a_quarter_does_not_say_is_what_was_said_last(facts: Facts) -> None:
    risk, is_high, people, _ = facts.panel.covariates.transpose(2, 0, 1)
    assert risk[0, :3] == pytest.approx(np.log([0.5 / 0.5, 0.05 / 0.95, 0.05 / 0.95]))
    assert is_high[:, :2].tolist() == [[1, 0], [0, 1], [0, 0]]
    assert np.isfinite(facts.panel.covariates).all()
    assert people[1, 0] == pytest.approx(np.log1p(12))


def test_nobody_listed_is_a_refusal() -> None:
    with pytest.raises(NoTreatedError, match="Aucune liste"):
        cohort.members({}, QUESTION)


def test_a_jump_is_found_at_the_cut_of_the_lists_and_nowhere_without_scores() -> None:
    random = np.random.default_rng(6)
    sirens = np.array([f"{each:09d}" for each in range(8_000)])
    odds = random.normal(scale=1.5, size=8_000)
    risk = 1 / (1 + np.exp(-odds))
    failed = random.random(8_000) < 0.5 - 0.3 * (odds >= 0)
    listed = QuarterList(
        members=members(*((siren, "moderee", p) for siren, p in zip(sirens, risk, strict=True) if p >= 0.5)),
        scores=pd.DataFrame({"siren": sirens, "p18": risk}),
        cut=0.5,
    )  # fmt: skip
    openings = pd.DataFrame({"siren": sirens[failed], "on": pd.Timestamp(2024, 6, 3)})
    other = openings[:0]
    known = Histories(
        openings=openings, liquidations=other, closures=other, headcount=other, debt=other
    )
    one = replace(QUESTION, last=QUESTION.first)
    found = cut.jump(one, {0: listed}, known=known, horizon=12).robust
    assert found.low <= -0.3 <= found.high
    assert found.high < 0
    # A judgment that the list did not know yet is not what came of it; and nobody was liquidated.
    before = replace(known, openings=openings.assign(on=pd.Timestamp(2023, 12, 20)))
    liquidated = replace(one, outcome=StudyOutcome.LIQUIDATION)
    for question, facts in ((one, before), (liquidated, known)):
        with pytest.raises(TooFewEventsError):
            cut.jump(question, {0: listed}, known=facts, horizon=12)
    with pytest.raises(TooNearTheCutError):
        cut.jump(one, {0: replace(listed, scores=None)}, known=known, horizon=12)
