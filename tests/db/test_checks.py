"""`instance check` on ten bad configurations: what it says, how grave it is, and that a good one is let through."""

import shutil
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from sqlalchemy.orm import Session

from app.operations import queries
from app.operations.checks import machine, neighbours, people, running, server
from app.operations.checks.every import look
from app.operations.checks.findings import Check, Gravity, InstanceFinding, Looked
from config import Config
from scoring.data.store import LakeStore, LakeStoreError
from tests.factories.network import system
from tests.factories.people import World

Patch = pytest.MonkeyPatch


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    """A session of the system, in a world with one administrator."""
    with system() as opened:
        yield opened


def config(home: Path, **said: Any) -> Config:
    """A production that lacks nothing but what ``said`` changes."""
    good: dict[str, Any] = {
        "home": home, "production": True, "secret_key": "une-cle-de-production-tiree-au-sort-0123456789",
        "public_url": "https://vigie.exemple.invalid", "proxies": 1, "backup_to": home / "ailleurs", "contact": "acces@exemple.invalid",
    }  # fmt: skip
    return Config(**{**good, **said})


def found(check: Check, looked: Looked) -> list[InstanceFinding]:
    """What a check says."""
    return list(check(looked))


class Server:
    """A PostgreSQL that answers each question as it is told to."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers

    def scalar(self, statement: object, *_: object) -> object:
        """The answer to the question whose words hold a key."""
        asked = str(statement)
        return next((value for word, value in self.answers.items() if word in asked), "on")


def asked_of(home: Path, server: object, **said: Any) -> Looked:
    """What a check looks at, with another server."""
    return Looked(config=config(home, **said), session=server)  # type: ignore[arg-type]


def test_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3 * 1024**3))
    (said,) = found(machine.check_home, asked_of(tmp_path, Server()))
    assert said.gravity is Gravity.UNSAFE
    assert "3,2\u00a0Go" in said.told


def test_a_home_that_others_may_read(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (said,) = found(machine.check_home, asked_of(tmp_path, Server()))
    assert (said.gravity, said.remedy) == (Gravity.UNSAFE, f"chmod 0700 {tmp_path}")


def test_no_backup_in_production_stops_the_start(tmp_path: Path) -> None:
    (said,) = found(machine.check_backups, asked_of(tmp_path, Server(), backup_to=None))
    assert said.gravity is Gravity.BLOCKING


def test_backups_that_go_nowhere(tmp_path: Path, session: Session) -> None:
    looked = Looked(config=config(tmp_path, backup_to=tmp_path / "absent"), session=session)
    assert [each.gravity for each in found(machine.check_backups, looked)] == [
        Gravity.BLOCKING,
        Gravity.UNSAFE,
    ]


def test_backups_beside_what_they_save_and_an_old_one(tmp_path: Path, monkeypatch: Patch) -> None:
    (tmp_path / "ailleurs").mkdir()
    old = datetime.now(UTC) - timedelta(days=3)
    monkeypatch.setattr(queries, "find_last_moment", lambda _: old)
    same_disk, late = found(machine.check_backups, asked_of(tmp_path, Server()))
    assert "même disque" in same_disk.told
    assert "26 heures" in late.told


def test_tables_of_another_version_stop_the_start(tmp_path: Path) -> None:
    (said,) = found(server.check_migrations, asked_of(tmp_path, Server(version_num="0001")))
    assert said.gravity is Gravity.BLOCKING
    assert "instance create" in said.remedy


def test_a_server_that_would_lose_what_is_committed(tmp_path: Path) -> None:
    (said,) = found(server.check_durability, asked_of(tmp_path, Server(fsync="off")))
    assert "fsync = off" in said.told


def test_a_database_that_cannot_write_accents(tmp_path: Path) -> None:
    (said,) = found(server.check_letters, asked_of(tmp_path, Server(server_encoding="LATIN9")))
    assert said.gravity is Gravity.BLOCKING


def test_two_clocks_that_disagree(tmp_path: Path) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=2)
    (said,) = found(server.check_clock, asked_of(tmp_path, Server(clock_timestamp=ahead)))
    assert "120 secondes" in said.told or "119 secondes" in said.told


def test_a_mail_server_that_is_not_there(tmp_path: Path) -> None:
    (said,) = found(neighbours.check_smtp, asked_of(tmp_path, Server(), smtp_port=1))
    assert (said.gravity, "127.0.0.1:1" in said.told) == (Gravity.UNSAFE, True)


def test_a_mail_server_without_starttls(tmp_path: Path, monkeypatch: Patch) -> None:
    class Plain:
        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> "Plain":
            return self

        def __exit__(self, *_: object) -> None: ...
        def ehlo(self) -> None: ...
        def has_extn(self, _: str) -> bool:
            return False

    monkeypatch.setattr(smtplib, "SMTP", Plain)
    (said,) = found(neighbours.check_smtp, asked_of(tmp_path, Server(), smtp_starttls=True))
    assert said.gravity is Gravity.BLOCKING


def test_a_proconnect_of_another_name(tmp_path: Path, monkeypatch: Patch) -> None:
    answer = SimpleNamespace(
        raise_for_status=lambda: None, json=lambda: {"issuer": "https://autre.invalid"}
    )
    monkeypatch.setattr(requests, "get", lambda *_, **__: answer)
    known = {"proconnect_client_id": "x", "proconnect_client_secret": "y"}
    looked = asked_of(tmp_path, Server(), proconnect_issuer="https://auth.exemple.invalid", **known)
    (said,) = found(neighbours.check_proconnect, looked)
    assert said.gravity is Gravity.BLOCKING
    assert "https://autre.invalid" in said.told


def test_nobody_to_give_rights_nor_to_watch(tmp_path: Path) -> None:
    told = [each.told for each in found(people.check_people, asked_of(tmp_path, Server(agent=0)))]
    assert ["administrateur" in told[0], "controleur" in told[1]] == [True, True]


def test_without_worker_nor_clock_it_is_said_and_no_more(tmp_path: Path, session: Session) -> None:
    said = found(running.check_processes, Looked(config=config(tmp_path), session=session))
    assert {each.gravity for each in said} == {Gravity.TO_KNOW}
    assert len(said) == 2


def test_the_gravest_is_told_first(tmp_path: Path, session: Session) -> None:
    gravities = [
        each.gravity for each in look(Looked(config=config(tmp_path, smtp_port=1), session=session))
    ]
    assert gravities == sorted(gravities, key=list(Gravity).index)
    assert gravities[0] is Gravity.BLOCKING


def test_a_lake_whose_bucket_does_not_answer(tmp_path: Path, monkeypatch: Patch) -> None:
    def refused(_: LakeStore) -> set[str]:
        raise LakeStoreError("Le dépôt du lac (s3://lac) refuse ces clés.")

    looked = asked_of(tmp_path, Server(), lake_url="s3://lac")
    monkeypatch.setattr(LakeStore, "names", lambda _: set())
    (saved,) = found(neighbours.check_lake, looked)
    assert (saved.gravity, "ne le contiennent pas" in saved.told) == (Gravity.TO_KNOW, True)
    monkeypatch.setattr(LakeStore, "names", refused)
    (said,) = found(neighbours.check_lake, looked)
    assert (said.gravity, said.told) == (Gravity.BLOCKING, "Le dépôt du lac (s3://lac) refuse ces clés.")  # fmt: skip
    assert not found(neighbours.check_lake, asked_of(tmp_path, Server()))
