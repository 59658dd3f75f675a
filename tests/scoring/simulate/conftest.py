"""One simulated region for all the tests of the package."""

import pytest

from scoring.simulate import simulate
from tests.scoring.simulate.region import END, Region


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """Two thousand firms over seven years."""
    directory = tmp_path_factory.mktemp("region")
    simulate(directory, firms=2000, months=84, seed=7, end=END)
    return Region(directory)
