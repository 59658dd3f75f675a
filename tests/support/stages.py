"""Stages: what tests find in the database when they start, written once in a run and copied for each test."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from app.extensions import db
from tests.support.databases import PLANTED, Databases, digests
from tests.support.shared import made_once


@dataclass(frozen=True)
class Stage:
    """A state of the database, named as the fixture that gives what ``write`` returned.

    ``write`` is called with what the stage below returned, if there is one, and when the stage ``has_files``
    with a ``folder`` for them, which stays as it was left for the whole run.
    """

    name: str
    write: Callable[..., Any]
    over: "Stage | None" = None
    has_files: bool = False

    @property
    def lineage(self) -> "Iterator[Stage]":
        """This stage and those below it."""
        yield self
        if self.over:
            yield from self.over.lineage


def stage_for(fixtures: Iterable[str], stages: Iterable[Stage]) -> Stage | None:
    """The stage on which every stage named among ``fixtures`` stands; `None` when none is."""
    named = [stage for stage in stages if stage.name in fixtures]
    for stage in named:
        if set(named) <= set(stage.lineage):
            return stage
    assert not named, f"no stage holds all of {[stage.name for stage in named]}"
    return None


@dataclass(frozen=True)
class Standing:
    """A database that is left as it is from one test to the next, and what it held before the first."""

    stage: Stage | None
    watched: psycopg.Connection
    before: dict[str, str]


@dataclass
class Stages:
    """The stages of a run, for the worker whose database is ``name``; called in the context of the application."""

    databases: Databases
    name: str
    run_directory: Path
    standing: Standing | None = None

    def enter(self, stage: Stage | None, *, stays: bool = False) -> dict[str, Any]:
        """Make this worker's database as ``stage`` is, or as planted; what each stage of the lineage returned.

        One that ``stays`` is still there for the next test that wants the same, unless it has `changes`.
        """
        known = {each.name: self._known(each) for each in (stage.lineage if stage else ())}
        if stays and self.standing and self.standing.stage == stage:
            return known
        self.clear()
        self._copy(stage)
        if stays:
            watched = self.databases.opened(self.name)
            self.standing = Standing(stage, watched, digests(watched))
        return known

    def changes(self) -> set[str]:
        """The tables of the database that stands which are no longer as they were; such a database stays no longer."""
        assert self.standing
        after = digests(self.standing.watched)
        changed = {table for table, was in self.standing.before.items() if after[table] != was}
        if changed:
            self.clear()
        return changed

    def clear(self) -> None:
        """Remove this worker's database, if there is one that stands."""
        if self.standing:
            self.standing.watched.close()
            self.standing = None
            self.leave()

    def leave(self) -> None:
        """Remove this worker's database."""
        self._disconnect()
        self.databases.drop(self.name)

    def _known(self, stage: Stage) -> Any:
        return made_once(self.run_directory, f"stage-{stage.name}", lambda: self._write(stage))

    def _write(self, stage: Stage) -> Any:
        self.clear()
        below = [self._known(stage.over)] if stage.over else []
        named = {"folder": self.run_directory / f"files-{stage.name}"} if stage.has_files else {}
        self._copy(stage.over)
        try:
            answer = stage.write(*below, **named)
        except BaseException:
            self.leave()
            raise
        self._disconnect()
        self.databases.keep(self.name, stage.name)
        return answer

    def _copy(self, stage: Stage | None) -> None:
        self.databases.copy(stage.name if stage else PLANTED, self.name)

    def _disconnect(self) -> None:
        db.session.remove()
        db.engine.dispose()
