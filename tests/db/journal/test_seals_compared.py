"""Seals are kept in two places: what one of them lacks is told by the other."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit import jobs
from app.audit.jobs import KEEPER
from app.core.database.unit_of_work import unit_of_work
from app.core.now import at, utcnow
from app.core.text.french import date_fr
from tests.factories.journal import (
    Superuser,
    command,
    months_ago,
    seal_today,
    verdict,
    write_lines,
    write_then,
)


def test_a_file_of_seals_that_was_shortened_is_found(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    for day in range(3):
        write_lines(2)
        with at(utcnow() + timedelta(days=1 + day)):
            jobs.seal_days()
    first, second, last = seals_file.read_text().splitlines()
    for kept, told in (
        ([first, second], "manque dans le fichier des scellés"),
        ([first, last], "ne suit pas celui qui le précède"),
        ([second, last], "ne suit pas celui qui le précède"),
        ([], "le fichier des scellés est absent ou vide, alors que la table des scellés tient 3"),
    ):
        seals_file.write_text("".join(f"{line}\n" for line in kept))
        assert told in verdict(app), kept


@pytest.fixture
def six_days(superuser: Superuser, seals_file: Path) -> list[str]:
    """A journal of six sealed days; what its file of seals holds."""
    for day in range(6, 0, -1):
        write_then(superuser, utcnow() - timedelta(days=day))
    jobs.seal_days()
    return seals_file.read_text().splitlines(keepends=True)


@pytest.mark.parametrize("keeps_file", [True, False])
def test_a_journal_emptied_with_its_head_is_found_by_either_place_of_the_seals(
    app: Flask, superuser: Superuser, six_days: list[str], seals_file: Path, keeps_file: bool
) -> None:
    superuser.execute("delete from journal")
    superuser.execute(
        "update journal_head set number = 0, hash = sha256('vigie'), recorded_at = '-infinity'"
    )
    superuser.execute("delete from journal_seal") if keeps_file else seals_file.unlink()
    told = verdict(app)
    assert "la tête de chaîne est à la ligne 0" in told
    assert "elle est revenue en arrière" in told
    empty, full = ("la table", "le fichier") if keeps_file else ("le fichier", "la table")
    assert f"{empty} des scellés est" in told
    assert f"{full} des scellés tient 6 scellés" in told


TOUCHED = {
    "delete from journal_seal": "la table des scellés est vide, alors que le fichier des scellés tient 6",
    "delete from journal_seal where number = 3": "dans la table des scellés, ne suit pas celui qui le précède",
    "delete from journal_seal where number = 6": "manque dans la table des scellés",
    "update journal_seal set number = 1 where number = 3": "dans la table des scellés, n’est pas signé",
    "update journal_seal set hash = 'x' where number = 3": "n’est pas le même dans le fichier des scellés (ligne 3)",
}


@pytest.mark.parametrize("forgery", TOUCHED)
def test_a_table_of_seals_that_was_touched_is_found_by_the_file(
    app: Flask, superuser: Superuser, six_days: list[str], forgery: str
) -> None:
    assert "Journal intact : 7 lignes, 6 scellés" in verdict(app)
    superuser.execute(forgery)
    assert TOUCHED[forgery] in verdict(app)


def test_every_discrepancy_is_told_not_only_the_first(
    app: Flask, superuser: Superuser, six_days: list[str], seals_file: Path
) -> None:
    seals_file.write_text("".join(six_days[:4]))
    superuser.execute("delete from journal where id = 2")
    told = verdict(app)
    days = [date.fromisoformat(json.loads(line)["day"]) for line in six_days]
    for day in days[4:]:
        assert f"le scellé du {date_fr(day)} manque dans le fichier des scellés" in told
    assert "la ligne 2 manque avant celle-ci" in told


def test_what_another_key_verifies_is_not_said_intact(
    app: Flask, superuser: Superuser, six_days: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = app.config["VIGIE"].replace(journal_key="une autre clé")
    monkeypatch.setitem(app.config, "VIGIE", other)
    assert "ce n’est pas sa clé (VIGIE_JOURNAL_KEY)" in verdict(app)


def test_a_month_taken_out_of_the_journal_is_named(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    month = months_ago(2)
    with unit_of_work(KEEPER) as session:
        session.scalar(text("select journal_prepare(:month)"), {"month": month})
    for day in (3, 4):
        write_then(superuser, datetime(month.year, month.month, day, tzinfo=UTC))
    write_lines(1)
    jobs.seal_days()
    superuser.execute(f"alter table journal detach partition journal_{month:%Y_%m}")
    told = verdict(app)
    assert f"ces partitions n’existent plus : journal_{month:%Y_%m}" in told


def test_the_log_of_an_instance_verifies_as_the_file_does(
    app: Flask, superuser: Superuser, six_days: list[str], tmp_path: Path
) -> None:
    lines = [{**json.loads(line), "event": "journal sealed", "level": "info"} for line in six_days]
    shipped = tmp_path / "vigie.log"
    told = [json.dumps({"event": "tick"}), *map(json.dumps, lines)]
    shipped.write_text("\n".join(told) + "\n")
    assert command(app, "verify", "--seals", str(shipped)).exit_code == 0
    shipped.write_text("\n".join(told[:-1]) + "\n")
    assert command(app, "verify", "--seals", str(shipped)).exit_code == 1


def test_another_copy_of_the_seals_can_be_verified(
    app: Flask, superuser: Superuser, seals_file: Path, tmp_path: Path
) -> None:
    write_lines(2)
    seal_today()
    shipped = tmp_path / "ailleurs.jsonl"
    shutil.move(seals_file, shipped)
    assert command(app, "verify").exit_code == 1
    assert command(app, "verify", "--seals", str(shipped)).exit_code == 0
