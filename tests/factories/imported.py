"""What imports left, as fixtures: test modules name this one in ``pytest_plugins``."""

from typing import Any

import pytest

from tests.factories.batches import Imported


@pytest.fixture
def import_alone(fresh_database: dict[str, Any]) -> Imported:
    """A batch published, on an instance where nobody is."""
    found: Imported = fresh_database["import_alone"]
    return found


@pytest.fixture
def import_published(fresh_database: dict[str, Any]) -> Imported:
    """A batch published, among the people of `world`."""
    found: Imported = fresh_database["import_published"]
    return found


@pytest.fixture
def import_waiting(fresh_database: dict[str, Any]) -> Imported:
    """A second batch, which waits for a decision."""
    found: Imported = fresh_database["import_waiting"]
    return found


@pytest.fixture
def import_with_rejects(fresh_database: dict[str, Any]) -> Imported:
    """A batch published but for one line, among the people of `world`."""
    found: Imported = fresh_database["import_with_rejects"]
    return found


@pytest.fixture
def import_refused(fresh_database: dict[str, Any]) -> Imported:
    """A second batch, which was refused."""
    found: Imported = fresh_database["import_refused"]
    return found
