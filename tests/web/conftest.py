"""What several tests of the web share."""

import pytest

from app.core.unit_of_work import TransactionalFlask
from tests.factories.confidences import Confidences, confide
from tests.factories.people import World
from tests.support.client import QuietClient


@pytest.fixture
def confidences(world: World) -> Confidences:
    """The firm about which much is known."""
    return confide(world)


@pytest.fixture
def browser(app: TransactionalFlask) -> QuietClient:
    """A client that inspects nothing."""
    return QuietClient(app, app.response_class)
