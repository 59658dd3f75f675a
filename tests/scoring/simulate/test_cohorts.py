"""A large economy is made by cohorts of firms: the files cannot tell how."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scoring.lab.simulate import simulate
from scoring.lab.simulate.firms import cohorts
from scoring.lab.simulate.firms.identifiers import number_requests
from scoring.lab.simulate.firms.world import build_world
from scoring.lab.simulate.randomness import Seed
from scoring.lab.simulate.simulation import WRITERS
from tests.scoring.simulate.region import END, Region

FIRMS = cohorts.FIRMS + 40
MONTHS = 4


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """Two cohorts, simulated one after the other."""
    directory = tmp_path_factory.mktemp("large")
    simulate(directory, firms=FIRMS, months=MONTHS, seed=5, end=END)
    return Region(directory)


def test_the_files_do_not_depend_on_how_many_cohorts_are_made_at_once(
    large: Region, tmp_path: Path
) -> None:
    simulate(tmp_path, firms=FIRMS, months=MONTHS, seed=5, end=END, jobs=2)
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert {Path(name) for name in WRITERS} < written
    for name in written:
        assert (tmp_path / name).read_bytes() == (large.directory / name).read_bytes(), name


def test_an_economy_is_the_beginning_of_a_larger_one(large: Region, tmp_path: Path) -> None:
    simulate(tmp_path, firms=cohorts.FIRMS, months=MONTHS, seed=5, end=END)
    for name in WRITERS:
        first, whole = (tmp_path / name).read_bytes(), (large.directory / name).read_bytes()
        assert whole.startswith(first), name
    for name in ("sireneUL.csv", "sigfaible_cotisdues.csv"):
        assert (large.directory / name).stat().st_size > (tmp_path / name).stat().st_size


def test_cohorts_share_the_economy_but_no_identifier(large: Region) -> None:
    firms, truth = large.read("sireneUL.csv"), large.truth
    places = large.read("StockEtablissement_utf8_geo.csv")
    assert len(firms) == len(truth.firms) == FIRMS
    assert firms["siren"].is_unique
    assert places["siret"].is_unique
    assert large.read("sigfaible_effectif_siret.csv")["compte"].is_unique
    departments = np.array(["21", "21", "90"])
    requests = [number_requests(Seed(5, cohort), departments) for cohort in range(3)]
    assert len(np.unique(requests)) == 9
    first, other = (
        build_world(firms=5, months=3, seed=Seed(5, cohort), end=END) for cohort in (0, 1)
    )
    assert (first.paths.macro == other.paths.macro).all()
    assert (first.firms.frailty != other.firms.frailty).all()


def test_the_truth_is_complete(large: Region) -> None:
    truth = large.truth
    by_firm = truth.distress.groupby("siren").size()
    assert set(by_firm.index) <= set(truth.firms["siren"])
    assert by_firm.max() == MONTHS
    tail = truth.firms["siren"].tail(40)
    assert tail.isin(by_firm.index).all()
    assert pd.Index(truth.risk["siren"]).isin(truth.firms["siren"]).all()


@pytest.mark.parametrize("firms", [0, -3, cohorts.FIRMS * cohorts.MOST + 1])
def test_an_economy_that_identifiers_cannot_tell_is_refused(firms: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="firms must be positive"):
        simulate(tmp_path / "none", firms=firms, months=3, seed=1, end=date(2026, 10, 1))
    assert not (tmp_path / "none").exists()
