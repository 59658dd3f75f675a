"""What an administrator does with files and batches: send, look, publish, abandon, replay, go back."""

import io
from pathlib import Path

import pytest
from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.identity import system_identity
from app.core.journal import Event, JournalEntry
from app.core.scope import acting_as
from app.core.unit_of_work import TransactionalFlask, unit_of_work
from app.imports import jobs, pipeline
from app.imports.models import Batch, BatchDecision, BatchState
from app.imports.services import Start
from tests.factories.journal import events_of
from tests.factories.partner_files import CONTRIBUTIONS, FILES, UNITS, write_files
from tests.factories.people import World
from tests.support.client import InspectingClient

SYSTEM = system_identity("tests")
OLD, NEW = "Hauts fourneaux du Test œuvre", "Nouveau nom"


@pytest.fixture
def home(app: TransactionalFlask) -> Path:
    """Where the instance of the tests keeps its files."""
    home: Path = app.config["VIGIE"].home
    return home
