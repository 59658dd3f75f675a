"""One simulated region for all the tests of the package."""

import pytest
from tests.scoring.lab.simulate.firms.region import END, Region

from scoring.lab.simulate import simulate


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """Two thousand firms over seven years."""
    directory = tmp_path_factory.mktemp("region")
    simulate(directory, firms=2000, months=84, seed=7, end=END)
    return Region(directory)
