"""Killed with SIGKILL at each step: no half backup is one, no half restore serves, and the same command ends what was begun."""

import pytest

from app.core.access.identity import system_identity
from app.core.database import endpoints, instance
from app.core.database.unit_of_work import TransactionalFlask
from app.core.errors import DomainError
from app.operations.backups import making
from app.operations.restores import loading, places, trials
from app.operations.sets import manifest, programs, sealed, tree
from app.operations.sets.store import FolderStore
from config import Config
from tests.support.killing import Moment, killed_at

pytest_plugins = ["tests.support.backups"]

SYSTEM = system_identity("tests")
#: where a process dies: the function that it does not reach the end of, as its module knows it
BACKUP_STEPS: list[Moment] = [
    (tree, "hold"), (sealed, "encrypt"), (tree, "pack"), (making, "written"), (FolderStore, "commit"), (making.verifying, "verify"),
]  # fmt: skip
RESTORE_STEPS: list[Moment] = [
    (instance, "mark_restoring"), (sealed, "decrypt"), (programs, "restored"), (tree, "unpack"), (places, "move_in"),
    (loading, "finish"),
]  # fmt: skip


def test_a_killed_backup_is_none_and_the_next_one_is_whole(
    origin: Config, store: FolderStore, app: TransactionalFlask
) -> None:
    urls = endpoints.endpoints(origin)
    for step in BACKUP_STEPS:
        before = store.names()
        killed_at(step, lambda: making.back_up(origin, urls, store))
        assert [name for name in store.names() if name not in before] == [] or step[1] in {
            "commit",
            "verify",
        }, step
    outcome = making.back_up(origin, urls, store)
    assert store.names()[-1] == outcome.manifest.name
    assert [path.name for path in store.root.iterdir() if path.name.startswith(".")] == []
    assert list(origin.home.glob(".sauvegarde-*")) == []


def test_a_killed_restore_serves_nothing_and_begins_again(
    origin: Config, place: Config, store: FolderStore
) -> None:
    name = making.back_up(origin, endpoints.endpoints(origin), store).manifest.name
    for step in RESTORE_STEPS:
        killed_at(step, lambda: _restore(place, store, name))
        if step[1] != "finish":
            with pytest.raises(DomainError, match="Restauration inachevée"):
                instance.require_finished(place.home, ["flask", "run"])
            with pytest.raises(DomainError, match="Restauration inachevée"):
                instance.require_finished(place.home, ["flask", "instance", "create"])
            instance.require_finished(place.home, ["flask", "instance", "restore", name])
    assert instance.restoring(place.home) is None
    instance.require_finished(place.home, ["flask", "run"])
    restored = manifest.read((store.root / name / "manifest.json").read_bytes(), None)
    found = trials.try_contents(place, endpoints.endpoints(place), restored)
    assert [trial.told for trial in found if not trial.passed] == []


def _restore(place: Config, store: FolderStore, name: str) -> None:
    loading.load(place, store, name)
    loading.finish(place)
