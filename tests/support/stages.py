"""Stages: what tests find in the database when they start, written once in a run and copied for each test."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event

from app.extensions import db
from tests.support.databases import PLANTED, Databases
from tests.support.held import Held, held_by, told
from tests.support.shared import made_once


@dataclass(frozen=True)
class Stage:
    """A state of the database, named as the fixture that gives what ``write`` returned.

    ``write`` is called with what the stage below returned, if there is one, and when the stage ``has_files``
    with a ``folder`` for them, which stays as it was left for the whole run. One that ``is_large`` is copied for each test; the others
    are put back as they were.
    """

    name: str
    write: Callable[..., Any]
    over: "Stage | None" = None
    has_files: bool = False
    is_large: bool = False

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


@dataclass
class Standing:
    """The database of a worker, as it stands from one test to the next."""

    stage: Stage | None
    watched: psycopg.Connection
    #: what it held at first, unless it is large, and what of that a reading leaves as it was
    held: Held | None
    told: dict[str, str] = field(default_factory=dict)
    #: nobody wrote to it since, but what a reading leaves
    is_unchanged: bool = True


@dataclass
class Stages:
    """The stages of a run, for the worker whose database is ``name``; called in the context of the application."""

    databases: Databases
    name: str
    run_directory: Path
    standing: Standing | None = None
    #: the processes of the server that this worker's application speaks with
    ours: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        event.listen(db.engine, "connect", lambda made, _: self.ours.add(made.info.backend_pid))

    def enter(self, stage: Stage | None, *, stays: bool = False) -> dict[str, Any]:
        """Make this worker's database as ``stage`` is, or as planted; what each stage of the lineage returned.

        It stands already when the test before wanted the same: what that one changed is put back. For one that ``stays``, what readings
        leave may stay too.
        """
        known = {each.name: self._known(each) for each in (stage.lineage if stage else ())}
        if not self._stands(stage, stays=stays):
            self.clear()
            self._copy(stage)
            watched = self.databases.opened(self.name)
            self.standing = Standing(stage, watched, self._held(stage, watched))
        if stays and self.standing and not self.standing.told:
            self.standing.told = told(self.standing.watched)
        return known

    def changes(self) -> set[str]:
        """The tables of the database that stands which are no longer as they were, but for what a reading leaves."""
        assert self.standing
        after = told(self.standing.watched)
        changed = {table for table, was in self.standing.told.items() if after[table] != was}
        self.standing.is_unchanged = not changed
        return changed

    def leave(self) -> None:
        """Let this worker's database stand as the test has left it; a large one is removed."""
        assert self.standing
        if self.standing.held is None:
            self.clear()
            return
        self.standing.is_unchanged = False
        self.databases.dismiss(self.name, but={*self.ours, self.standing.watched.info.backend_pid})

    def forget_locks(self) -> bool:
        """Whether the test left a lock held; nobody holds it any more."""
        is_left = self.databases.has_locks(self.name, of=self.ours)
        if is_left:
            self._disconnect()
        return is_left

    def clear(self) -> None:
        """Remove this worker's database, if there is one."""
        if self.standing:
            self.standing.watched.close()
            self.standing = None
        self._disconnect()
        self.databases.drop(self.name)

    def _stands(self, stage: Stage | None, *, stays: bool) -> bool:
        standing = self.standing
        if standing is None or standing.stage != stage:
            return False
        if not (stays and standing.is_unchanged):
            held = standing.held
            standing.is_unchanged = held is not None and held.put_back(standing.watched)
        return standing.is_unchanged

    def _held(self, stage: Stage | None, watched: psycopg.Connection) -> Held | None:
        if stage and stage.is_large:
            return None
        return made_once(self.run_directory, f"held-{_named(stage)}", lambda: held_by(watched))

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
            self.clear()
            raise
        self._disconnect()
        self.databases.keep(self.name, stage.name)
        return answer

    def _copy(self, stage: Stage | None) -> None:
        self.databases.copy(_named(stage), self.name)

    def _disconnect(self) -> None:
        db.session.remove()
        db.engine.dispose()


def _named(stage: Stage | None) -> str:
    return stage.name if stage else PLANTED
