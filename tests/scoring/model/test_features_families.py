"""Late payment, groups, ratios of the Banque de France, plans, the sector: what each says, and the
silence of a partner that never published.
"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scoring import features
from scoring.data.lake import Lake, SourceFolder, arrow_schema
from scoring.dictionary import bank_ratios, groups, late_payment, sector
from scoring.dictionary.phrases import SECTOR_SUFFIX
from scoring.features.sector import FEWEST
from tests.scoring.model.conftest import DAY, rewritten

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

PARTNERS = (late_payment, groups, bank_ratios)


def late(siren: str, month: str, days: float) -> dict[str, Any]:
    valued = pd.Timestamp(f"{month}-15").date()
    return {"siren": siren, "valued_on": valued, "days_late": days, "known_at": valued}


def link(siren: str, head: str | None, *, level: int, percent: float) -> dict[str, Any]:
    known = date(2024, 1, 1)
    return {
        "siren": siren, "group_code": "G1", "group_siren": head, "ownership_level": level,
        "ownership_percent": percent, "received_on": known, "known_at": known,
    }  # fmt: skip


def closing(siren: str, closed: date, **ratios: float) -> dict[str, Any]:
    known = date(closed.year + 1, 7, 31)
    return {
        "siren": siren,
        "closed_on": closed,
        "fiscal_year": closed.year,
        "known_at": known,
    } | ratios


@pytest.fixture(scope="module")
def told(lake: Lake, built: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The features of a lake where three more partners report on the first firms."""
    one, two, three, *_ = built["siren"]
    rows = {
        "paydex": [
            *(late(one, month, 10.0) for month in ("2024-03", "2024-09", "2024-12")),
            late(one, "2025-03", 25.0),
            late(two, "2024-06", 40.0),
            late(three, "2025-03", 0.0),
            late(three, "2025-04", 99.0),
        ],
        "ellisphere": [
            link(one, two, level=1, percent=80.0),
            link("999999999", two, level=2, percent=40.0),
        ],
        "bdf": [
            closing(one, date(2022, 12, 31), margin_rate=5.0),
            closing(one, date(2023, 12, 31), margin_rate=-63.1, supplier_days=88.5),
            closing(two, date(2019, 12, 31), margin_rate=5.0),
        ],
    }  # fmt: skip
    root = tmp_path_factory.mktemp("partners")
    rewritten(lake, root, lambda _, table: table)
    for source, content in rows.items():
        schema = arrow_schema(source)
        table = pd.DataFrame(content).reindex(columns=schema.names)
        table.to_parquet(root / f"{source}.parquet", schema=schema, index=False)
    return features.build(SourceFolder(root), DAY).set_index("siren")


def test_late_payment_says_its_last_value_and_its_past(told: pd.DataFrame) -> None:
    row = told.iloc[0]
    assert row["late_payment_days"] == 25
    assert row["late_payment_days_lag3"] == row["late_payment_days_lag6"] == 10
    assert row["late_payment_days_mean12"] == pytest.approx((10 + 10 + 25) / 3)
    assert row["late_payment_change_12m"] == 15
    assert row["late_payment_silence"] == 0
    head = late_payment.DAYS.sentence_for(row.to_dict())
    assert head == ("Fournisseurs payés en retard : 25 jours en moyenne, en hausse depuis 3 mois")


def test_an_old_delay_is_silent_and_paying_on_time_is_a_true_zero(told: pd.DataFrame) -> None:
    old, punctual, unknown = told.iloc[1], told.iloc[2], told.iloc[3]
    assert np.isnan(old["late_payment_days"])
    assert old["late_payment_silence"] == 9
    assert punctual["late_payment_days"] == 0
    assert unknown[[feature.name for feature in late_payment.FEATURES]].isna().all()


def test_a_group_has_its_members_and_its_head(told: pd.DataFrame) -> None:
    member, head, alone = told.iloc[0], told.iloc[1], told.iloc[2]
    names = [feature.name for feature in groups.FEATURES]
    assert member[names].tolist() == [1, 0, 1, 0.8, 2]
    assert head[["group_member", "group_head"]].tolist() == [1, 1]
    assert alone[["group_member", "group_head"]].tolist() == [0, 0]
    assert alone[["group_level", "group_share", "group_size"]].isna().all()


def test_the_ratios_of_the_last_closing_speak_unless_they_are_old(told: pd.DataFrame) -> None:
    assert told.iloc[0]["bank_margin"] == pytest.approx(-0.631)
    assert told.iloc[0]["bank_supplier_days"] == 88.5
    assert np.isnan(told.iloc[1]["bank_margin"])


def test_partners_that_never_published_leave_all_missing_and_move_nothing(
    built: pd.DataFrame, told: pd.DataFrame
) -> None:
    new = [feature.name for family in PARTNERS for feature in family.FEATURES]
    assert built[new].isna().all().all()
    others = built.drop(columns=new).set_index("siren")
    pd.testing.assert_frame_equal(told.drop(columns=new), others)


def test_a_firm_is_compared_with_the_median_of_its_division(built: pd.DataFrame) -> None:
    for feature in sector.COMPARED:
        division = built.groupby("naf_division")[feature.name]
        expected = built[feature.name] - division.transform("median")
        expected = expected.where(division.transform("count") >= FEWEST)
        assert expected.notna().any()
        np.testing.assert_allclose(
            built[f"{feature.name}{SECTOR_SUFFIX}"], expected.to_numpy(), rtol=1e-12, atol=1e-12
        )


def test_a_plan_says_what_is_left_of_it(lake: Lake, built: pd.DataFrame) -> None:
    running = built[built["plan_running"].eq(1)]
    assert len(running) > 2
    assert running["plan_months_left"].ge(0).all()
    assert built.loc[built["plan_running"].ne(1), "plan_months_left"].isna().all()
    plans = pd.concat([pd.read_parquet(path) for path in lake.published("delai")])
    days = {name: pd.to_datetime(plans[name]) for name in ("created_on", "due_on", "known_at")}
    today = pd.Timestamp(DAY)
    is_running = days["known_at"].le(today) & days["due_on"].ge(today)
    is_running &= plans["stage"].eq("APPROB") & plans["duration_days"].gt(0)
    granted = plans[is_running].groupby(plans["siret"].str[:9])["amount"].sum()
    found = running.set_index("siren")
    expected = granted.reindex(found.index) / found["contribution_mean_12m"]
    np.testing.assert_allclose(found["plan_granted"], expected)


def test_a_firm_whose_calls_stopped_is_flagged(built: pd.DataFrame) -> None:
    silence = built["contribution_silence"]
    assert built.loc[silence >= 3, "contribution_stopped"].eq(1).all()
    assert built.loc[silence < 3, "contribution_stopped"].eq(0).all()


def test_establishments_are_those_with_a_declared_workforce(
    lake: Lake, built: pd.DataFrame
) -> None:
    rows = pd.concat([pd.read_parquet(path) for path in lake.published("effectif")])
    rows = rows[pd.to_datetime(rows["known_at"]) <= pd.Timestamp(DAY)]
    last = rows[rows["month"] == rows["month"].max()]
    counts = last.groupby(last["siret"].str[:9])["siret"].nunique()
    table = built.set_index("siren")["establishments"]
    assert (table > 1).any()
    pd.testing.assert_series_equal(
        table.dropna().loc[lambda n: n > 0],
        counts.reindex(table.index).dropna().astype("float64"),
        check_names=False,
    )
