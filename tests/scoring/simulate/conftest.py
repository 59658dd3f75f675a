"""One simulated region for all the tests of the package."""

from pathlib import Path

import pytest

from scoring.lab.simulate import simulate
from tests.scoring.simulate.region import END, Region
from tests.support.shared import made_once


@pytest.fixture(scope="session")
def region(run_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    """Two thousand firms over seven years; no test writes to their files."""

    def draw() -> Path:
        directory = tmp_path_factory.mktemp("region")
        simulate(directory, firms=2000, months=84, seed=7, end=END)
        return directory

    return Region(made_once(run_directory, "two-thousand-firms", draw))
