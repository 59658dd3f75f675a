"""Forging the journal as whoever runs the server could, and lines of another time with a true chain."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, NullPool, create_engine, make_url

from app.audit import jobs
from app.audit.keeping.chain import ORIGIN
from app.core import journal
from app.core.access.identity import system_identity
from app.core.database.cluster import SUPERUSER, LocalCluster
from app.core.journal import Event
from app.core.now import at, utcnow
from app.extensions import db

Superuser = psycopg.Connection[tuple[Any, ...]]

COVERED = """
    select jsonb_build_array(%(id)s::bigint, extract(epoch from %(recorded_at)s::timestamptz), %(actor_id)s::integer,
        %(actor_name)s::text, %(event)s::text, %(siren)s::text, %(details)s::jsonb)::text
"""
INSERT = """
    insert into journal (id, recorded_at, actor_id, actor_name, event, siren, details, previous_hash, hash)
    values (%(id)s, %(recorded_at)s, %(actor_id)s, %(actor_name)s, %(event)s, %(siren)s, %(details)s, %(previous)s, %(hash)s)
"""


@contextmanager
def superuser_of(app: Flask, cluster: LocalCluster) -> Iterator[Superuser]:
    """Whoever runs the server: no right, no policy and no trigger stops them."""
    database = make_url(app.config["VIGIE_ENDPOINTS"].owner_url).database
    with psycopg.connect(
        host=str(cluster.socket_dir), user=SUPERUSER, dbname=database, autocommit=True
    ) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection


def write_lines(count: int) -> None:
    """Ordinary lines, now."""
    for turn in range(count):
        journal.record_apart(db.engine, system_identity("Essai"), Event.SEARCHED, turn=turn)


def write_then(
    superuser: Superuser, moment: datetime, *, event: Event = Event.SEARCHED, **line: Any
) -> int:
    """A line at the end of the chain as if it had been written at ``moment``; its number."""
    number, former = head(superuser)
    values = {
        "id": number + 1, "recorded_at": moment, "actor_id": None, "actor_name": "Essai", "siren": None, "details": {},
        **line, "event": event.value,
    }  # fmt: skip
    _insert(superuser, values, former)
    return number + 1


def head(superuser: Superuser) -> tuple[int, bytes]:
    """The number and the hash of the end of the chain."""
    ((number, hash_),) = superuser.execute("select number, hash from journal_head").fetchall()
    return number, hash_


def chain_again(superuser: Superuser) -> None:
    """Recompute every hash, and the head, as a careful forger would."""
    columns = ("id", "recorded_at", "actor_id", "actor_name", "event", "siren", "details")
    lines = superuser.execute(f"select {', '.join(columns)} from journal order by id").fetchall()
    superuser.execute("delete from journal")
    former = ORIGIN
    for line in lines:
        former = _insert(superuser, dict(zip(columns, line, strict=True)), former)


def _insert(superuser: Superuser, values: dict[str, Any], former: bytes) -> bytes:
    values = {**values, "details": json.dumps(values["details"])}
    ((covered,),) = superuser.execute(COVERED, values).fetchall()
    digest = hashlib.sha256(former + covered.encode()).digest()
    superuser.execute(INSERT, {**values, "previous": former, "hash": digest})
    superuser.execute(
        "update journal_head set number = %s, recorded_at = %s, hash = %s",
        [values["id"], values["recorded_at"], digest],
    )
    return digest


EXITS = {"Journal intact": 0, "Journal rompu": 1, "Journal non prouvé": 2}


def seal_today() -> None:
    """Seal the present day, tomorrow."""
    with at(utcnow() + timedelta(days=1)):
        jobs.seal_days()


def command(app: Flask, *words: str) -> Result:
    """What `flask journal …` answers."""
    return app.test_cli_runner().invoke(args=["journal", *words])


def verdict(app: Flask) -> str:
    """What verification says; its exit code goes with it."""
    answer = command(app, "verify")
    expected = next(code for told, code in EXITS.items() if told in answer.output)
    assert answer.exit_code == expected, answer.output
    return answer.output.strip()


def owner(app: Flask) -> Connection:
    """A connection of whoever owns the tables."""
    return create_engine(app.config["VIGIE_ENDPOINTS"].owner_url, poolclass=NullPool).connect()


def partitions(superuser: Superuser) -> list[str]:
    """The tables that hold the lines, the default one included."""
    names = "select inhrelid::regclass::text from pg_inherits where inhparent = 'journal'::regclass order by 1"
    return [name for (name,) in superuser.execute(names).fetchall()]


def months_ago(count: int) -> date:
    """The first day of a month of the past."""
    months = utcnow().year * 12 + utcnow().month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def rewind(superuser: Superuser, *, to: int) -> None:
    """Forget what follows a line, and say that the chain ends there."""
    superuser.execute("delete from journal where id > %s", [to])
    superuser.execute(
        "update journal_head h set number = j.id, hash = j.hash, recorded_at = j.recorded_at from journal j where j.id = %s",
        [to],
    )
