"""What several tests of the web share."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.core.database.unit_of_work import TransactionalFlask
from app.extensions import security
from proconnect_double.provider import Provider
from tests.support.client import InspectingClient, QuietClient
from tests.support.proconnect import Traveller, proconnect_for


@pytest.fixture
def browser(app: TransactionalFlask, fresh_database: dict[str, Any]) -> QuietClient:
    """A client that inspects nothing."""
    return QuietClient(app, app.response_class)


@pytest.fixture
def provider(app: TransactionalFlask, fresh_database: None) -> Iterator[Provider]:
    """The double of ProConnect, which the application signs in by."""
    with proconnect_for(app) as provider:
        yield provider


@pytest.fixture
def traveller(client: InspectingClient, provider: Provider) -> Iterator[Traveller]:
    """A browser that holds nothing."""
    traveller = Traveller(client)
    yield traveller
    traveller.abroad.close()


@pytest.fixture
def as_in_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test builds by `create_app` hashes as an instance does; the run hashes lightly again after it."""
    monkeypatch.setattr(security, "pwd_context", security.pwd_context)


@pytest.fixture
def few(app: TransactionalFlask) -> Iterator[None]:
    """An instance whose thresholds are soon reached."""
    former = app.config["VIGIE"]
    app.config["VIGIE"] = former.replace(
        daily_readings=1,
        daily_listed=1,
        searches_per_minute=3,
        exports_per_hour=2,
        api_readings_per_minute=2,
        calendar_readings_per_hour=2,
    )
    yield
    app.config["VIGIE"] = former
