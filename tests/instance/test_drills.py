"""The drill: the last backup restored beside the instance by the command of an operator; what fails is told once."""

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.access.identity import system_identity
from app.core.database import endpoints
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.messages.models import Announcement, Email
from app.operations import jobs
from app.operations.backups import making
from app.operations.drills import rehearsal
from app.operations.models import Drill, DrillState
from app.operations.sets.store import FolderStore
from config import Config

pytest_plugins = ["tests.support.backups"]

SYSTEM = system_identity("tests")


@pytest.fixture
def running(
    app: TransactionalFlask, origin: Config, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> Config:
    """The application, as the instance to back up."""
    config = origin.replace(backup_to=store.root)
    monkeypatch.setitem(app.config, "VIGIE", config)
    return config


def _last() -> Drill:
    with unit_of_work(SYSTEM) as session:
        drill = session.scalars(select(Drill).order_by(Drill.id.desc())).first()
        assert drill is not None
        session.expunge(drill)
        return drill


def _told(about: str = "vérification des sauvegardes") -> tuple[int, int]:
    """How many times administrators were told of it, by the bell and by e-mail."""
    with unit_of_work(SYSTEM) as session:
        bell = select(func.count()).where(Announcement.subject.icontains(about))
        mail = select(func.count()).where(Email.subject.icontains(about))
        return session.scalar(bell) or 0, session.scalar(mail) or 0


def test_the_last_backup_is_restored_tried_and_thrown_away(
    running: Config, store: FolderStore
) -> None:
    made, _ = jobs.back_up(store.root)
    jobs.drill()
    drill = _last()
    assert (drill.trouble, drill.state) == (None, DrillState.PASSED), drill.trials
    assert drill.backup_name == made.name
    assert [trial["name"] for trial in drill.trials] == [
        "Lignes de chaque table", "Sécurité des lignes et droits", "Sans identité, aucune ligne",
        "Chaîne et scellés du journal", "Une page", "Une connexion",
    ]  # fmt: skip
    assert drill.seconds
    assert list(running.home.glob(".exercice-*")) == []
    assert _told() == (0, 0)


def test_what_cannot_be_restored_is_told_once_to_each_administrator(
    running: Config, store: FolderStore
) -> None:
    name = making.back_up(running, endpoints.endpoints(running), store).manifest.name
    os.truncate(store.root / name / making.DATABASE, 1_000)
    jobs.drill()
    drill = _last()
    assert drill.state is DrillState.FAILED
    assert "abîmée" in (drill.trouble or "")
    told = _told()
    assert told[0] >= 1
    # The queue gives a task again when it does not know what became of it.
    jobs.drill(drill_id=drill.id)
    assert _told() == told


def test_a_backup_that_fails_is_written_down_and_told(running: Config, tmp_path: Path) -> None:
    jobs.backup()
    gone = running.backup_to or tmp_path
    for path in sorted(gone.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    gone.rmdir()
    jobs.backup()
    assert _told("sauvegarde")[1] >= 1


def _stop(*_: object) -> None:
    raise RuntimeError("secret of a table")


def test_a_drill_that_stops_for_any_reason_is_over_and_told(
    running: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "rehearse", _stop)
    jobs.drill()
    drill = _last()
    assert drill.state is DrillState.FAILED
    assert "Erreur technique (RuntimeError)" in (drill.trouble or "")
    assert _told()[1] >= 1


def test_the_calendar_takes_up_a_drill_that_its_worker_left(
    running: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "rehearse", _stop)
    with unit_of_work(SYSTEM) as session:
        session.add(Drill(state=DrillState.RUNNING, trials=[]))
    jobs.drill()
    assert _last().is_over


def test_a_backup_that_stops_for_any_reason_is_written_down_and_told(
    running: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "back_up", _stop)
    with pytest.raises(RuntimeError):
        jobs.backup()
    assert _told("sauvegarde")[1] >= 1
