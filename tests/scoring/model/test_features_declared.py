"""A declared series has its features without code: figures, nature, sentence, and no future."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scoring import features
from scoring.data.lake import Lake, SourceFolder
from scoring.data.sources.series import SERIES
from tests.scoring.model.conftest import DAY, rewritten

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

ENERGY = {
    "label": "Énergie {kWh}",
    "key": "siret",
    "unit": "count",
    "theme": "contexte",
    "monotone": -1,
    "lag_days": 10,
}
# Run apart: declarations are read once, when the sources are imported.
TELL = """
import json, sys
from datetime import date
from pathlib import Path
from scoring import features
from scoring.data.lake import SourceFolder
table = features.build(SourceFolder(Path(sys.argv[1])), date.fromisoformat(sys.argv[2]))
table.to_parquet(sys.argv[3])
row = table.iloc[0].to_dict()
print(json.dumps({
    f.name: [f.theme, f.nature, f.unit, f.monotone, f.sentence_for(row)]
    for f in features.REGISTRY if f.source == "energie"
}))
"""


@dataclass(frozen=True)
class Told:
    table: pd.DataFrame
    registry: dict[str, list[Any]]

    def of(self, siren: str) -> list[float | None]:
        """Last figure, change over a year, whether the last month is missing."""
        row = self.table.set_index("siren").loc[siren]
        names = [f"series_{kind}_energie" for kind in ("last", "change", "missing")]
        return [None if pd.isna(row[name]) else float(row[name]) for name in names]


def python(script: str, *words: str, declarations: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, *words],
        env={**os.environ, "VIGIE_SERIES": str(declarations)},
        capture_output=True,
        text=True,
        check=False,
    )


def declare(root: Path, **changes: Any) -> Path:
    folder = root / "declarations"
    folder.mkdir()
    (folder / "energie.yaml").write_text(json.dumps({**ENERGY, **changes}))
    return folder


def tell(lake: Lake, root: Path, rows: list[tuple[str, str, float]]) -> Told:
    """The features at DAY of a lake that also holds the series `energie`: siret, month, value."""
    published = rewritten(lake, root, lambda _, rows: rows).root
    table = pd.DataFrame(rows, columns=["siret", "month", "value"])
    ends = pd.to_datetime(table["month"]) + pd.offsets.MonthEnd(0)
    table["month"] = pd.to_datetime(table["month"]).dt.date
    table["known_at"] = (ends + timedelta(days=10)).dt.date
    table.to_parquet(published / "energie.parquet", index=False)
    out = root / "told.parquet"
    folder = declare(root)
    done = python(TELL, str(published), DAY.isoformat(), str(out), declarations=folder)
    assert not done.returncode, done.stderr
    return Told(pd.read_parquet(out), json.loads(done.stdout))


@pytest.fixture(scope="module")
def sirens(built: pd.DataFrame) -> list[str]:
    return built["siren"].tolist()


def figures(sirens: list[str], *, later: float) -> list[tuple[str, str, float]]:
    """Five firms: two establishments, silent since September, from zero, absurd, always absent."""
    both, silent, from_zero, absurd = sirens[:4]
    return [
        (f"{both}00011", "2023-12", 20),
        (f"{both}00011", "2024-01", 10),
        (f"{both}00011", "2024-02", 11),
        (f"{both}00011", "2024-12", 20),
        (f"{both}00011", "2025-01", 20),
        (f"{both}00011", "2025-02", 30),
        (f"{both}00029", "2025-02", 12),
        (f"{both}00011", "2025-03", later),
        (f"{silent}00011", "2024-07", 9),
        (f"{silent}00011", "2024-09", 7),
        (f"{from_zero}00011", "2024-02", 0),
        (f"{from_zero}00011", "2025-02", 5),
        (f"{absurd}00011", "2025-02", 1e300),
    ]


@pytest.fixture(scope="module")
def told(lake: Lake, sirens: list[str], tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(lake, tmp_path_factory.mktemp("told"), figures(sirens, later=500))


def test_the_last_figure_adds_up_the_establishments(told: Told, sirens: list[str]) -> None:
    last, change, missing = told.of(sirens[0])
    assert (last, missing) == (42, 0)
    assert change == pytest.approx(82 / 41 - 1)


def test_a_firm_silent_of_late_has_its_last_figure_and_no_change(
    told: Told, sirens: list[str]
) -> None:
    assert told.of(sirens[1]) == [7, None, 1]


def test_nothing_is_divided_by_zero(told: Told, sirens: list[str]) -> None:
    assert told.of(sirens[2]) == [5, None, 0]


def test_an_absurd_figure_is_unknown_and_stops_nothing(told: Told, sirens: list[str]) -> None:
    assert told.of(sirens[3])[0] is None


def test_a_firm_out_of_the_series_is_missing_not_zero(told: Told, sirens: list[str]) -> None:
    assert told.of(sirens[4]) == [None, None, 1]


def test_theme_nature_unit_sign_and_sentence_are_those_declared(told: Told) -> None:
    assert told.registry == {
        "series_last_energie": ["contexte", None, "count", -1, "Énergie {kWh} : 42"],
        "series_change_energie": [
            "contexte", None, "share", -1, "Énergie {kWh} : en hausse de 100\u202f% sur un an",
        ],
        "series_missing_energie": [
            "contexte", None, "flag", 0, "Énergie {kWh} : dernier mois absent",
        ],
    }  # fmt: skip


def test_what_is_known_later_changes_nothing(
    lake: Lake, told: Told, sirens: list[str], tmp_path: Path
) -> None:
    """March is known on the tenth of April: neither its figure nor its existence may show."""
    without = [row for row in figures(sirens, later=0) if row[1] != "2025-03"]
    pd.testing.assert_frame_equal(tell(lake, tmp_path, without).table, told.table)


def test_a_series_has_the_nature_it_declares() -> None:
    registry = {feature.name: feature for feature in features.REGISTRY}
    for name, series in SERIES.items():
        for kind in ("last", "change", "missing"):
            assert registry[f"series_{kind}_{name}"].nature == series.nature


def test_a_partner_that_never_came_leaves_its_features_missing(
    lake: Lake, built: pd.DataFrame, tmp_path: Path
) -> None:
    rewritten(lake, tmp_path, lambda _, rows: rows)
    for name in SERIES:
        (tmp_path / f"{name}.parquet").unlink()
    (tmp_path / "comptes.parquet").unlink()
    without = features.build(SourceFolder(tmp_path), DAY)
    new = [name for name in built if name.startswith(("series_", "accounts_"))]
    assert built[new].notna().any().all()
    assert without[new].isna().all().all()
    pd.testing.assert_frame_equal(without.drop(columns=new), built.drop(columns=new))


def test_a_series_may_not_bring_another_nature_to_a_theme(tmp_path: Path) -> None:
    """The total of a theme would reveal figures to an agent with a right to only one of its natures."""
    folder = declare(tmp_path, theme="dettes_sociales", nature="banque_de_france")
    done = python("import scoring.features", declarations=folder)
    assert done.returncode == 1
    assert "energie.yaml : le thème « dettes_sociales »" in done.stderr
    shutil.rmtree(folder)
    folder = declare(tmp_path, theme="dettes_sociales", nature="urssaf")
    assert not python("import scoring.features", declarations=folder).returncode
