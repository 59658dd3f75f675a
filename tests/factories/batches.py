"""Imports that many tests start from: each is done once in a run, and its home is copied for each test."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.access.identity import system_identity
from app.imports.intake import pipeline
from app.imports.intake.pipeline import LoadOutcome
from app.imports.services import Start
from tests.factories.partner_files import CONTRIBUTIONS, UNITS, write_files

SYSTEM = system_identity("tests")
OLD, NEW = "Hauts fourneaux du Test œuvre", "Nouveau nom"
#: a line that is refused, and that a spreadsheet would take for a formula
FORMULA = "=cmd|' /C calc'!A0;21;1234567890123;1;202611;0;1;1\n"


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did, and the home it left, which no test writes to."""

    outcome: LoadOutcome
    home: Path

    @property
    def batch_id(self) -> str:
        """The name of the batch."""
        assert self.outcome.batch_id is not None
        return self.outcome.batch_id

    def copied(self, home: Path) -> Path:
        """Make ``home`` what this import left; return it."""
        return Path(shutil.copytree(self.home, home, dirs_exist_ok=True))


def publish_first(*_people: Any, folder: Path) -> Imported:
    """The ten files written by hand, published."""
    return _load(folder)


def publish_rejects(*_people: Any, folder: Path) -> Imported:
    """The ten files, with one refused line."""
    return _load(folder, contributions=CONTRIBUTIONS + FORMULA)


def hold_second(first: Imported, *, folder: Path) -> Imported:
    """After a first batch, one that somebody sent: it waits, and the firm has a new name in it."""
    start = Start(origin="Essai", is_held=True)
    return _load(folder, over=first, start=start, units=UNITS.replace(OLD, NEW))


def refuse_second(first: Imported, *, folder: Path) -> Imported:
    """After a first batch, one that lacks a column."""
    changed = CONTRIBUTIONS.replace("cotis_due", "autre_colonne")
    return _load(folder, over=first, contributions=changed)


def _load(
    folder: Path, *, over: Imported | None = None, start: Start | None = None, **changed: str
) -> Imported:
    home = over.copied(folder / "home") if over else folder / "home"
    files = write_files(folder / "files", **changed)
    outcome = pipeline.load(SYSTEM, directory=files, home=home, start=start)
    return Imported(outcome=outcome, home=home)
