"""An instance of the former version, for a test."""

from collections.abc import Iterator

import pytest

from app.core.database import endpoints
from app.core.maintenance.notice import MaintenanceNotice
from app.operations.maintenance import services as maintenance
from app.operations.sets.store import FolderStore
from config import Config
from tests.support.former import FormerInstance, go_back


@pytest.fixture
def former(origin: Config, store: FolderStore) -> Iterator[FormerInstance]:
    """The instance of `tests.support.backups`, gone back to the former version; nothing is left closed after the test."""
    go_back()
    instance = FormerInstance(config=origin, store=store)
    yield instance
    maintenance.post(endpoints.endpoints(origin), MaintenanceNotice())
