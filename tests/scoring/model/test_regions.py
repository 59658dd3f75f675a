"""The bench of regions: what its statistics say where the answer is known, and that it goes on from where it stopped."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from bench.regions import country, figures, learners, national, stable, tables
from bench.regions.country import Country, SimulatedRegion
from scoring.learning import splits
from scoring.learning.examples import collect

DAY = pd.Timestamp(2025, 1, 1)
SIRENS = pd.Series([f"{number:09d}" for number in range(6000)])


def snapshots(risks: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return firms of one quarter, and their true risks."""
    firms = pd.DataFrame({"siren": SIRENS[: len(risks)], "as_of": DAY})
    return firms, firms.assign(**{figures.RISK: risks, "at_risk": True})


def test_the_truth_is_its_own_ceiling() -> None:
    risks = np.random.default_rng(1).beta(0.4, 12, 4000)
    firms, truth = snapshots(risks)
    exact = figures.against(firms, risks, truth)
    assert (exact["level"], exact["share"]) == pytest.approx((1.0, 1.0))
    assert figures.against(firms, risks / 2, truth)["level"] == pytest.approx(0.5)


def test_what_is_expected_is_the_mean_of_what_chance_gives() -> None:
    random = np.random.default_rng(2)
    risks, score = random.beta(0.4, 12, 4000), random.random(4000)
    score += 4 * risks
    firms, truth = snapshots(risks)
    drawn = [roc_auc_score(random.random(4000) < risks, score) for _ in range(400)]
    standard_error = np.std(drawn) / 20
    assert figures.against(firms, score, truth)["auc"] == pytest.approx(
        np.mean(drawn), abs=4 * standard_error
    )


def test_firms_already_gone_are_not_judged() -> None:
    risks = np.full(10, 0.1)
    firms, truth = snapshots(risks)
    truth.loc[0, "at_risk"] = False
    truth = truth[truth["siren"].ne(SIRENS[1])]
    assert figures.against(firms, np.r_[0.9, 0.9, risks[2:]], truth)["firms"] == 8


def test_a_region_is_drawn_whatever_the_fold() -> None:
    region, fold = country.share(SIRENS, 12), splits.folds(SIRENS)
    counts = pd.crosstab(region, fold).to_numpy()
    assert counts.shape == (12, splits.FOLDS)
    assert counts.min() > 20
    assert country.share(SIRENS[::-1], 12).sort_index().equals(region)


def test_a_region_is_compared_with_its_own_sector(built: pd.DataFrame) -> None:
    """Everyone together: what the features say. Half of them: their own median, not that of all."""
    same = country.within(built)
    pd.testing.assert_frame_equal(same, built, check_dtype=False)
    half = built.iloc[::2].reset_index(drop=True)
    name = "workforce_change_12m_sector"
    assert not country.within(half)[name].equals(half[name])


def test_what_was_done_is_not_done_again(tmp_path: Path) -> None:
    place = Country(directory=tmp_path, seed=1, regions=2, firms=10)
    made = []

    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.kept("figures", stopped)
    assert place.kept("figures", lambda: made.append(1) or 7) == 7
    assert Country(directory=tmp_path, seed=1, regions=2, firms=10).kept("figures", stopped) == 7
    assert made == [1]


def test_the_interval_of_a_mean_is_that_of_student() -> None:
    assert tables.interval([1.0, 2.0, 3.0]) == "2.00 [-0.48 ; 4.48]"


def test_a_level_is_as_far_above_as_below() -> None:
    assert tables.distance({"level": 2.0}) == pytest.approx(tables.distance({"level": 0.5}))


def openings(until: date) -> pd.DataFrame:
    """Return ten openings a month, twenty in the last year, each published a month later."""
    months = pd.date_range("2018-01-01", until, freq="MS")
    each = np.where(months >= pd.Timestamp(until) - pd.DateOffset(years=1), 20, 10)
    opened = months.repeat(each)
    return pd.DataFrame({"opened_on": opened, "known_at": opened + pd.DateOffset(days=14)})


def test_a_macro_series_says_what_had_been_published() -> None:
    """Failures doubled in the year before the second quarter; the first knows nothing of it."""
    before, after, early = (
        pd.Timestamp(2024, 1, 1),
        pd.Timestamp(2025, 1, 1),
        pd.Timestamp(2018, 4, 1),
    )
    place: Any = SimpleNamespace(
        days=(early, before, after),
        extracted_on=date(2025, 1, 1),
        left=lambda _: (openings(date(2024, 12, 31)), None),
    )
    told = national.told(place)
    assert told.loc[early].isna().all()
    assert told.loc[before].tolist() == pytest.approx([0.0, 0.0], abs=0.03)
    assert told.loc[after].tolist() == pytest.approx([1.0, 1.0], abs=0.1)
    added = national.added(place, pd.DataFrame({"as_of": [after, early]}))
    assert added["national_change"].isna().tolist() == [False, True]


def quarters(level: np.ndarray) -> list[dict[str, Any]]:
    """Return the quarters of a region where `level` times 20 came of 20 predicted."""
    return [
        {"quarter": f"{2017 + rank // 4}-{1 + 3 * (rank % 4):02d}-01", "predicted_first": 20.0, "observed_first": 20.0 * one}
        for rank, one in enumerate(level)
    ]  # fmt: skip


def twelve_times(given: list[dict[str, Any]]) -> pd.Series:
    """Return the failures of twelve such regions."""
    return pd.Series({one["quarter"]: 12 * one["observed_first"] for one in given})


def test_failures_of_the_country_are_counted_from_each_quarter() -> None:
    """Ten a month on its first day: those of a quarter are of the two months that follow, and the next first."""
    days = tuple(pd.date_range("2019-01-01", "2019-07-01", freq="QS"))
    place: Any = SimpleNamespace(
        days=days,
        extracted_on=date(2025, 1, 1),
        left=lambda _: (openings(date(2024, 12, 31)).sample(frac=1, random_state=1), None),
    )
    counted = national.counts(place)
    assert counted.to_dict() == {"2019-01-01": 30, "2019-04-01": 30, "2019-07-01": 30}
    place.left = lambda _: (pd.DataFrame({"opened_on": days[1:2]}), None)
    assert national.counts(place).tolist() == [1, 0, 0]


def test_a_country_tells_a_lasting_change_sooner_than_a_region() -> None:
    lasting = quarters(np.r_[np.ones(14), np.full(22, 0.5)])
    found = national.backtest(lasting, twelve_times(lasting))
    assert found["national"] < found["own"] < found["none"]
    assert found["national_level"] < found["own_level"] < 1


def test_a_steady_country_tells_nothing() -> None:
    steady = quarters(np.ones(36))
    found = national.backtest(steady, twelve_times(steady))
    assert (found["none"], found["own"], found["national"]) == pytest.approx((0, 0, 0), abs=1e-9)
    assert found["tried"] > 10


def priced(prices: float, day: pd.Timestamp) -> pd.DataFrame:
    """Return a quarter in which every amount is multiplied by `prices`."""
    table = pd.DataFrame({feature.name: np.arange(1.0, 6.0) for feature in stable.NUMBERS})
    table[list(stable.EUROS)] *= prices
    return table.assign(as_of=day)


def test_prices_no_longer_tell_the_year() -> None:
    """The same firms with prices twice as high are the same firms."""
    days = pd.Timestamp(2019, 1, 1), DAY
    tables_of = {day: priced(prices, day) for day, prices in zip(days, (1.0, 2.0), strict=True)}
    region: Any = SimpleNamespace(tables=tables_of)
    for said in (stable.deflated, stable.centred):
        first, last = (said(region, table).drop(columns="as_of") for table in tables_of.values())
        pd.testing.assert_frame_equal(first, last)
    place: Any = SimpleNamespace(panel=tables_of.__getitem__, days=days)
    told = stable.carried(place, days[0].year, days[1].year)
    assert set(told[told > 0].index) == set(stable.EUROS)


def test_a_hazard_is_a_risk_at_18_months() -> None:
    assert learners.at_horizon(np.zeros((1, 8))) == pytest.approx([1 - 0.5**6])


def test_the_hazard_ranks_what_it_was_told(panel: Any, history: Any, cut: Any) -> None:
    """In the synthetic panel the largest debts fail first."""
    days = tuple(pd.Timestamp(day) for day in sorted(panel["as_of"].unique()))
    by_day = {day: panel[panel["as_of"].eq(day)].reset_index(drop=True) for day in days}
    region: Any = SimpleNamespace(
        country=SimpleNamespace(days=days), panels=lambda wanted: [by_day[day] for day in wanted]
    )
    ground = learners.TrialGround(
        region=region,
        as_of=date(2025, 1, 1),
        prepared=(collect([panel], history, cut, most_quiet=8000), history, cut),
        live=by_day[days[-1]],
        trees=20,
    )
    given = learners.at_horizon(learners.one_seed(ground))
    debt = ground.live["debt_ratio"].fillna(0)
    assert given[debt >= debt.quantile(0.9)].mean() > 1.5 * given[debt <= debt.median()].mean()


def test_a_region_reads_only_its_own_firms(tmp_path: Path) -> None:
    place = Country(directory=tmp_path, seed=1, regions=3, firms=10)
    parts = [
        SimulatedRegion(country=place, numbers=frozenset({number})).own(
            pd.DataFrame({"siren": SIRENS})
        )
        for number in range(3)
    ]
    assert sorted(pd.concat(parts)["siren"]) == sorted(SIRENS)
