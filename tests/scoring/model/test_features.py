"""Features: what they say, what they leave missing, and that the future cannot change them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pytest

from scoring import features
from scoring.data.engine import connect
from scoring.data.lake import Lake
from scoring.data.sources.series import SERIES
from scoring.dictionary.feature import Feature
from scoring.dictionary.numbers import french, written
from scoring.dictionary.phrases import trend_of
from scoring.features import population
from scoring.features.snapshot import take
from scoring.vocabulary import Theme, Unit
from tests.scoring.model.conftest import DAY, rewritten

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

LATER_COLUMNS = {
    "debit": ["employee_part", "employer_part"],
    "cotisation": ["due"],
    "effectif_ent": ["workforce"],
    "effectif": ["workforce"],
    "ap_conso": ["hours"],
    "ap_demande": ["hours_authorised"],
    "delai": ["amount", "stage"],
    "procol": ["siren", "kind"],
    "comptes": ["siren", "revenue", "ebitda_margin"],
    **{name: ["value"] for name in SERIES},
}


def test_one_row_per_firm_in_the_order_of_sirens(built: pd.DataFrame) -> None:
    assert built["siren"].is_unique
    assert built["siren"].is_monotonic_increasing
    assert list(built.columns) == ["siren", *(feature.name for feature in features.REGISTRY)]


def test_building_twice_gives_the_same_bytes(
    lake: Lake, built: pd.DataFrame, tmp_path: Path
) -> None:
    built.to_parquet(tmp_path / "a")
    features.build(lake, DAY).to_parquet(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_came_later_changes_nothing(lake: Lake, built: pd.DataFrame, tmp_path: Path) -> None:
    """Values known after the date are shuffled between rows: not one feature may move."""
    rng = np.random.default_rng(1)

    def shuffle(source: str, rows: pd.DataFrame) -> pd.DataFrame:
        later = pd.to_datetime(rows["known_at"]) > pd.Timestamp(DAY)
        for column in LATER_COLUMNS.get(source, []):
            values = rows.loc[later, column].to_numpy(copy=True)
            rng.shuffle(values)
            rows.loc[later, column] = values
        return rows

    pd.testing.assert_frame_equal(features.build(rewritten(lake, tmp_path, shuffle), DAY), built)


def test_what_was_known_does_change_them(lake: Lake, built: pd.DataFrame, tmp_path: Path) -> None:
    """The test above can fail: the same change, known a day earlier, moves the debts."""

    def forgive(source: str, rows: pd.DataFrame) -> pd.DataFrame:
        known = pd.to_datetime(rows["known_at"]) <= pd.Timestamp(DAY)
        if source == "debit":
            rows.loc[known, ["employee_part", "employer_part"]] = 0.0
        return rows

    forgiven = features.build(rewritten(lake, tmp_path, forgive), DAY)
    assert built["debt_amount"].sum() > 0
    assert forgiven["debt_amount"].sum() == 0


def test_firms_in_procedure_are_never_scored(lake: Lake, built: pd.DataFrame) -> None:
    judged = pd.concat([pd.read_parquet(path) for path in lake.published("procol")])
    known = judged[judged["known_at"].astype(str) <= DAY.isoformat()].sort_values("effective_on")
    last = known.groupby("siren")["stage"].last()
    under_way = set(last.index[last.eq("ouverture")])
    assert len(under_way) > 3
    assert not under_way & set(built["siren"])


def test_a_firm_that_closed_since_is_still_in_the_past(lake: Lake, built: pd.DataFrame) -> None:
    """Sirene's flag is today's: applied to the past, it would hide the firms that failed."""
    files = [pd.read_parquet(path) for path in lake.published("sirene_ul")]
    units = pd.concat(files).set_index("siren")
    assert (~units.loc[built["siren"], "is_active"]).any()
    present = features.build(lake, date(2026, 11, 1))
    assert units.loc[present["siren"], "is_active"].all()


@pytest.mark.parametrize("has_history", [True, False])
def test_who_is_active_today_moves_no_firm_of_the_past(
    lake: Lake, built: pd.DataFrame, tmp_path: Path, *, has_history: bool
) -> None:
    """Sirene's flags of today, dealt out again or reversed: who was at risk, or gone, does not change."""
    rng = np.random.default_rng(2)

    def told(flags: Callable[[pd.Series], object]) -> tuple[list[str], pd.DataFrame]:
        def change(source: str, rows: pd.DataFrame) -> pd.DataFrame:
            if source in {"sirene_ul", "sirene_etab"}:
                rows["is_active"] = flags(rows["is_active"].astype(bool))
            return rows if has_history or source != "sirene_ul_histo" else rows.iloc[:0]

        folder = Path(mkdtemp(dir=tmp_path))
        other, con = rewritten(lake, folder, change), connect()
        at_risk = population.at_risk(other, take(other, DAY, con=con), con=con)
        return sorted(at_risk.to_pyarrow()["siren"].to_pylist()), population.closures(other, DAY)

    firms, gone = told(lambda flags: flags)
    assert len(firms) > 200
    assert (firms == built["siren"].tolist()) == has_history
    for flags in (lambda flags: rng.permutation(flags.to_numpy()), lambda flags: ~flags):
        again, left = told(flags)
        assert again == firms
        pd.testing.assert_frame_equal(left, gone)


def test_missing_stays_missing(lake: Lake, built: pd.DataFrame, tmp_path: Path) -> None:
    """A firm whose workforce and contributions vanish has NaN, not zero, wherever they were used."""
    gone = str(built["siren"].iloc[3])

    def forget(source: str, rows: pd.DataFrame) -> pd.DataFrame:
        if source not in {"cotisation", "debit", "effectif"}:
            return rows
        return rows[rows["siret"].str[:9] != gone]

    row = features.build(rewritten(lake, tmp_path, forget), DAY).set_index("siren").loc[gone]
    for name in ("debt_amount", "debt_ratio", "debt_age", "debt_ratio_slope6", "plan_running"):
        assert np.isnan(row[name]), name
    for name in ("contribution_mean_12m", "contribution_recent_ratio", "contribution_silence"):
        assert np.isnan(row[name]), name


def test_an_absent_partner_is_missing_not_zero(
    lake: Lake, built: pd.DataFrame, tmp_path: Path
) -> None:
    def empty(source: str, rows: pd.DataFrame) -> pd.DataFrame:
        return rows.iloc[:0] if source in {"ap_conso", "ap_demande", "delai"} else rows

    without = features.build(rewritten(lake, tmp_path, empty), DAY)
    assert without["short_time_consumed_12m"].isna().all()
    assert without["plan_running"].isna().all()
    assert built["short_time_consumed_12m"].notna().mean() > 0.9


def test_debts_read_in_months_of_contributions(built: pd.DataFrame) -> None:
    owing = built[built["debt_amount"] > 0]
    expected = owing["debt_amount"] / owing["contribution_mean_12m"]
    np.testing.assert_allclose(owing["debt_ratio"], expected)
    assert (owing.loc[owing["debt_amount"] > 1, "debt_age"] >= 1).all()
    assert (built.loc[built["debt_amount"].eq(0), "debt_age"] == 0).all()


def test_no_date_before_the_first_contribution(lake: Lake) -> None:
    with pytest.raises(ValueError, match="no contribution is known"):
        features.build(lake, date(2001, 1, 1))


def test_names_are_unique_and_every_variable_has_its_head() -> None:
    names = [feature.name for feature in features.REGISTRY]
    assert len(names) == len(set(names))
    heads = {feature.name: feature for feature in features.REGISTRY if feature.is_head}
    for feature in features.REGISTRY:
        head = heads[feature.variable]
        assert (head.theme, head.nature) == (feature.theme, feature.nature)


def test_a_theme_never_mixes_confidential_natures() -> None:
    for theme in Theme:
        natures = {f.nature for f in features.REGISTRY if f.theme is theme and f.nature}
        assert len(natures) <= 1


def test_categories_carry_no_monotone_sign() -> None:
    assert not [f.name for f in features.REGISTRY if f.is_categorical and f.monotone]


def test_a_trend_stops_at_its_first_turn() -> None:
    past = ((1, "a"), (3, "b"), (6, "c"))
    assert trend_of(1.0, past, row={"a": 2.0, "b": 3.0, "c": 1.0}) == ", en baisse depuis 3 mois"
    assert trend_of(1.0, past, row={"a": 1.0, "b": 3.0, "c": 1.0}) == ""
    assert trend_of(1.0, past, row={"a": float("nan"), "b": 3.0, "c": 1.0}) == ""


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (1234567.0, 0, "1 234 567"),
        (3.2, 1, "3,2"),
        (3.0, 1, "3"),
        (-0.04, 1, "0"),
        (-2.5, 1, "-2,5"),
    ],
)
def test_numbers_are_written_in_french(number: float, decimals: int, text: str) -> None:
    assert french(number, decimals=decimals).replace("\u202f", " ") == text


def test_amounts_are_in_euros_and_shares_in_percent() -> None:
    assert written(1234567.4, unit=Unit.EUROS) == "1\u202f234\u202f567\u202f€"
    assert written(0.153, unit=Unit.SHARE) == "15\u202f%"


def test_every_feature_has_a_sentence(built: pd.DataFrame) -> None:
    row = {str(name): value for name, value in built.iloc[0].items()}
    heads: list[Feature] = [feature for feature in features.REGISTRY if feature.is_head]
    for feature in heads:
        told = feature.sentence_for(row)
        assert "{" not in told
        assert " nan" not in told
