"""The databases of a test run: templates that hold what tests start from, and copies that last one test."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask_migrate import upgrade
from psycopg import sql

from app import create_app
from app.core.access.identity import system_identity
from app.core.database import endpoints, seeds
from app.core.database.cluster import SUPERUSER, LocalCluster
from app.core.database.unit_of_work import unit_of_work
from app.extensions import db
from config import Config

#: copying files writes no log; before 15 there was no other way, nor a word for it
STRATEGIES = 150000
PLANTED = "planted"
#: seconds that giving back a database waits for a lock
WAITED = 60


@dataclass(frozen=True)
class Databases:
    """The databases of a cluster, made and dropped by its superuser over one connection."""

    server: psycopg.Connection

    def copy(self, stage: str, name: str) -> None:
        """Make the database ``name`` as the template of ``stage`` is; there must be none of that name."""
        how = " strategy file_copy" if self.server.info.server_version >= STRATEGIES else ""
        self._run(
            "create database {} template {} owner {}" + how,
            name,
            template_of(stage),
            endpoints.OWNER,
        )

    def keep(self, name: str, stage: str) -> None:
        """Make the database ``name`` the template of ``stage``."""
        self._await_departures(name)
        self._run("alter database {} rename to {}", name, template_of(stage))

    def drop(self, name: str) -> None:
        """Remove the database ``name``, if there is one."""
        self._await_departures(name)
        self._run("drop database if exists {} with (force)", name)

    def opened(self, name: str) -> psycopg.Connection:
        """A connection of the superuser, whom no policy hides a row from, to the database ``name``."""
        # Whoever a test left in a transaction is told of by an error, not waited for.
        bound = f"-c lock_timeout={WAITED}s"
        return psycopg.connect(self.server.info.dsn, dbname=name, autocommit=True, options=bound)

    def dismiss(self, name: str, *, but: Iterable[int]) -> None:
        """End the connections to the database ``name`` that some process of a test has left, all but those of these processes."""
        end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> all(%s)"
        self.server.execute(end, [name, list(but)])

    def has_locks(self, name: str, *, of: Iterable[int]) -> bool:
        """Whether one of these processes holds, in the database ``name``, a lock that only its end releases: a connection given back
        keeps it. The number of a process that is gone may be another worker's by now.
        """
        held = """
            select exists (select from pg_locks l join pg_database d on d.oid = l.database
                where l.locktype = 'advisory' and d.datname = %s and l.pid = any(%s))
        """
        return self.server.execute(held, [name, list(of)]).fetchone() == (True,)

    def _run(self, statement: str, *names: str) -> None:
        self.server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _await_departures(self, name: str) -> None:
        """Connections just closed leave within milliseconds; dropping a database waits for them by tenths of a second."""
        present = "select exists (select from pg_stat_activity where datname = %s)"
        for _ in range(20):
            if self.server.execute(present, [name]).fetchone() == (False,):
                return
            time.sleep(0.003)


def databases_of(cluster: LocalCluster) -> Databases:
    """The databases of ``cluster``; the connection is the caller's to close."""
    return Databases(
        psycopg.connect(
            host=str(cluster.socket_dir), user=SUPERUSER, dbname="postgres", autocommit=True
        )
    )


def template_of(stage: str) -> str:
    """The name of the template that holds a stage."""
    return f"vigie_template_{stage}"


def plant(home: Path, cluster: LocalCluster) -> None:
    """Make the first template, a database as `instance create` leaves it."""
    config = Config(home=home, secret_key="tests", journal_key="tests")
    endpoints.prepare(config)
    app = create_app(config)
    with app.app_context():
        upgrade()
        with unit_of_work(system_identity("tests")) as session:
            seeds.plant(session)
        db.engine.dispose()
    databases = databases_of(cluster)
    databases.keep(endpoints.DATABASE, PLANTED)
    databases.server.close()
