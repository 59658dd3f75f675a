"""The label store says what training learns, row by row, and what was known at each date."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scoring.data.engine import connect
from scoring.data.lake import Lake
from scoring.data.opened import Opened
from scoring.errors import AsOfError
from scoring.features.population import at_risk
from scoring.features.snapshot import census, fetch
from scoring.learning import examples, follow_up, histories, label_store, splits
from scoring.learning.fates import fates
from scoring.learning.label_store import LabelStore
from scoring.vocabulary import LabelFate, SplitRole
from tests.factories.label_store import notice, small_store_lake
from tests.scoring.model.test_labels import history, opening, snapshots, support

AS_OF = date(2025, 7, 1)
A, B = "111111111", "222222222"
KEY = ["siren", "as_of", "interval"]


def decoded(store: LabelStore) -> pd.DataFrame:
    """The interval rows that the store stands for: siren, as_of, interval, y, weight, drawn."""
    found = []
    for firm, siren in enumerate(store.firms["siren"]):
        for place, day in enumerate(store.quarters):
            fate, count = LabelFate(store.fates[firm, place]), int(store.counts[firm, place])
            for interval in range(1, count + 1):
                is_last = interval == count
                found.append({
                    "siren": siren, "as_of": day.as_unit("s"), "interval": interval,
                    "y": int(is_last and fate is LabelFate.FAILED),
                    "weight": 0.5 if is_last and fate.is_half else 1.0,
                    "drawn": bool(store.drawn[firm, place] >> (interval - 1) & 1),
                })  # fmt: skip
    return pd.DataFrame(found).sort_values(KEY, ignore_index=True)


@pytest.fixture(scope="module")
def labels(lake: Lake) -> pd.DataFrame:
    """A support inside an interval, one on the last day of an interval, one before the data, one that is not known yet."""
    firms = sorted(fetch(lake.table(connect(), "sirene_ul").select("siren"))["siren"])
    days = ("2024-05-15", "2024-07-01", "2020-01-01", "2024-05-15")
    told = [support(siren, day) for siren, day in zip(firms[40:44], days, strict=True)]
    told[-1]["known_at"] = "2026-01-01"
    return pd.concat(told, ignore_index=True)


@pytest.fixture(scope="module")
def store(lake: Lake, labels: pd.DataFrame) -> LabelStore:
    return label_store.build(lake, as_of=AS_OF, labels=labels)


@pytest.fixture(scope="module")
def tables(lake: Lake) -> list[pd.DataFrame]:
    """The firms at risk at each quarter, as features find them."""
    con = connect()
    opened, found = Opened(lake, con), []
    for day in histories.quarters(lake, as_of=AS_OF):
        firms = at_risk(opened, census(opened, day.date(), con=con), con=con).select("siren")
        table = fetch(firms).sort_values("siren", ignore_index=True)
        found.append(table.assign(as_of=day.as_unit("s")))
    return found


def test_it_says_the_rows_that_training_makes(
    store: LabelStore, lake: Lake, labels: pd.DataFrame, tables: list[pd.DataFrame]
) -> None:
    known = histories.known(lake, as_of=AS_OF, labels=labels)
    made = []
    for table in tables:
        free = table[follow_up.still_free(table, known)].reset_index(drop=True)
        made.append(follow_up.hazard_rows(free, known))
    expected = pd.concat(made).sort_values(KEY, ignore_index=True)
    told = decoded(store)
    assert expected["y"].sum() > 10
    assert (expected["weight"] == 0.5).any()
    for column in (*KEY, "y", "weight"):
        assert told[column].tolist() == expected[column].tolist(), column


def test_it_says_the_rows_that_the_model_in_service_is_fitted_on(
    store: LabelStore, lake: Lake, labels: pd.DataFrame, tables: list[pd.DataFrame]
) -> None:
    known = histories.known(lake, as_of=AS_OF, labels=labels)
    assert store.cut is not None
    learnt = examples.collect(tables, known, store.cut)
    told = decoded(store)
    expected = learnt.known.rows.sort_values(KEY, ignore_index=True)
    drawn = told[told["drawn"]].reset_index(drop=True)
    assert drawn[KEY].to_numpy().tolist() == expected[KEY].to_numpy().tolist()
    assert store.quiet_share == learnt.quiet_share < 1


def test_it_says_what_each_quarter_does_for_the_recipe_that_is_judged(store: LabelStore) -> None:
    assert store.cut is not None
    roles, days = store.roles(), list(store.quarters)
    panel = pd.DataFrame({"siren": np.repeat(store.firms["siren"].to_numpy(), len(days))})
    panel["as_of"] = days * len(store.firms)
    role = splits.assign(panel, store.cut).to_numpy().reshape(-1, len(days))
    for fold, line in zip(store.firms["fold"], role, strict=True):
        assert [SplitRole(letter) for letter in roles[fold]] == [
            label_store.ROLES[one] for one in line
        ]
    assert {*"".join(roles)} == {
        SplitRole.TRAIN,
        SplitRole.CALIBRATION,
        SplitRole.TEST,
        SplitRole.UNUSED,
    }


def test_counts_add_up(store: LabelStore) -> None:
    counts = label_store.counted(store, region_of=lambda code: f"R{code}", country="FR")
    told = decoded(store)
    whole = counts[counts["year"].eq(0) & counts["region"].eq("FR")].set_index("fate")
    learnt = whole.loc[""]
    assert learnt["firms"] == told["siren"].nunique()
    assert learnt["intervals"] == len(told)
    assert learnt["events"] == told["y"].sum() == whole.loc[LabelFate.FAILED.value, "events"]
    assert learnt["halves"] == (told["weight"] == 0.5).sum()
    assert learnt["drawn"] == told["drawn"].sum()
    years = counts[counts["year"].gt(0) & counts["region"].eq("FR") & counts["fate"].eq("")]
    assert years["intervals"].sum() == len(told)
    regions = counts[counts["year"].eq(0) & counts["region"].ne("FR") & counts["fate"].eq("")]
    assert regions["firms"].sum() == learnt["firms"]


def fate_of(
    known: follow_up.FollowUp, day: str = "2020-01-01", siren: str = A
) -> tuple[LabelFate, int]:
    one = snapshots((siren, day))
    told = fates(one, known, follow_up.hazard_rows(one, known)).iloc[0]
    return LabelFate(told["fate"]), int(told["count"])


CLOSED = pd.DataFrame([{"siren": A, "closed_on": "2020-08-15", "known_at": "2020-08-15"}])


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (history(), (LabelFate.FOLLOWED, 8)),
        (history(known_by=date(2021, 1, 1)), (LabelFate.MATURING, 3)),
        (history(known_by=date(2020, 2, 1)), (LabelFate.MATURING, 0)),
        (history(opening(A, "2020-08-15")), (LabelFate.FAILED, 3)),
        (history(supports=support(A, "2020-08-15")), (LabelFate.SUPPORTED, 3)),
        (history(supports=support(A, "2020-07-01")), (LabelFate.SUPPORTED_WHOLE, 2)),
        (history(supports=support(A, "2019-12-31")), (LabelFate.ALREADY_SUPPORTED, 0)),
        (history(closures=CLOSED), (LabelFate.CLOSED, 3)),
        (history(closures=CLOSED, supports=support(A, "2020-05-01")), (LabelFate.SUPPORTED, 2)),
        (history(opening(A, "2020-08-15"), supports=support(A, "2020-05-01")), (LabelFate.SUPPORTED, 2)),
        (history(supports=support(A, "2022-01-01")), (LabelFate.FOLLOWED, 8)),
    ],
)  # fmt: skip
def test_each_fate_has_its_letter(
    known: follow_up.FollowUp, expected: tuple[LabelFate, int]
) -> None:
    assert fate_of(known) == expected


def letters(lake: Lake, as_of: date) -> dict[str, str]:
    store = label_store.build(lake, as_of=as_of, labels=None)
    assert store.refusal is not None, "two firms are no history to train on"
    assert {*"".join(store.roles())} == {SplitRole.UNUSED}
    return dict(zip(store.firms["siren"], map("".join, store.fates), strict=True))


def test_a_corrected_fact_corrects_the_label_from_the_day_it_is_known(tmp_path: Path) -> None:
    judged = notice(date(2022, 3, 28), date(2022, 4, 10))
    annulled = notice(
        date(2022, 3, 28), date(2022, 7, 20), "2", notice_type="Avis d’annulation", stage="annulation"
    )  # fmt: skip
    lake = small_store_lake(tmp_path, A, B, notices=[judged, annulled])
    # a day before: it failed, then a judgment that was not published yet, then it was in procedure
    assert letters(lake, date(2022, 7, 19)) == {A: "FBP", B: "MMM"}
    # in July it was still thought to be in procedure: no list could name it, and no model learns of it
    assert letters(lake, date(2022, 7, 20)) == {A: "MMP", B: "MMM"}


def test_a_day_before_the_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AsOfError, match="Rien n’est connu"):
        label_store.build(small_store_lake(tmp_path, A, B), as_of=date(2019, 1, 1), labels=None)
