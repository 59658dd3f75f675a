"""The instance of a size, built once in a folder of its own, and a fresh copy of its database for each run.

The built database is kept under another name and never served: each run starts from the same rows, whatever the former ones wrote.
"""

import fcntl
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import NullPool, create_engine

from app import create_app
from app.core.access.identity import system_identity
from app.core.database import endpoints, instance
from app.core.database.cluster import SUPERUSER, LocalCluster, started_cluster
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.work.jobs import conninfo
from app.extensions import db
from bench.portal.people import follow, settle
from config import ROOT, Config
from tests.factories.companies import freshness
from tests.factories.country import AS_OF, Size, analyze, fill_country

#: the database that is built once, and the one that is served
BUILT, SERVED = "vigie_built", endpoints.DATABASE
#: of the whole country's firms, those on a list
COUNTRY, LISTED = 350_000, 60_000
#: days during which the rights of the people are in force
LASTS = 100
#: what decides the rows
MAKERS = ("bench/portal/people.py", "tests/factories/country.py", "tests/factories/directory.py")
MARK = "built.json"


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep ``home`` to this run; raise `RuntimeError` where another uses it: it would lose its database."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(f"another run uses {home}") from None
        yield


def default_home(firms: int) -> Path:
    """Where the instance of a size is kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "vigie-bench" / f"portal-{firms}"


def size_of(firms: int) -> Size:
    """The country's lists and signals in proportion."""
    return Size(
        firms=firms,
        listed=max(firms * LISTED // COUNTRY, 60),
        signals=max(300 * firms // COUNTRY, 6),
    )


@contextmanager
def opened(home: Path, **settings: str) -> Iterator[TransactionalFlask]:
    """The application on the instance in ``home``, in its context, with more ``settings``; the pages' limits hold in it."""
    before = dict(os.environ)
    os.environ.update({"VIGIE_HOME": str(home), **settings})
    try:
        config = Config.from_env()
        started_cluster(home)
        app = create_app(config, serves=True)
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()
    finally:
        os.environ.clear()
        os.environ.update(before)


def ready(home: Path, *, firms: int) -> str:
    """Have a fresh copy of the instance of ``firms`` in ``home``; build it first unless it is there. Return what was done, in words."""
    home.mkdir(parents=True, exist_ok=True)
    cluster = started_cluster(home)
    mark = _expected(firms)
    said = "built before"
    if _recorded(home) != mark or not _exists(cluster, BUILT):
        began = time.monotonic()
        _say(f"building {firms} firms in {home}: minutes")
        _build(home, cluster, firms=firms)
        (home / MARK).write_text(json.dumps({**mark, "at": time.time()}))
        said = f"built in {time.monotonic() - began:.0f} s"
    began = time.monotonic()
    with superuser(cluster) as server:
        _drop(server, SERVED)
        _run(server, "create database {} template {} owner {}", SERVED, BUILT, endpoints.OWNER)
    return f"{said}, copied for this run in {time.monotonic() - began:.0f} s"


def owner_url(home: Path) -> str:
    """SQLAlchemy URL of the owner of the tables."""
    return started_cluster(home).url(role=endpoints.OWNER, database=SERVED)


@contextmanager
def superuser(cluster: LocalCluster, database: str = "postgres") -> Iterator[psycopg.Connection]:
    """A connection of the cluster's superuser, in autocommit."""
    url = conninfo(cluster.url(role=SUPERUSER, database=database))
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        yield connection


def _build(home: Path, cluster: LocalCluster, *, firms: int) -> None:
    with superuser(cluster) as server:
        for name in (BUILT, SERVED):
            _drop(server, name)
    before = os.environ.get("VIGIE_HOME")
    os.environ["VIGIE_HOME"] = str(home)
    try:
        app = create_app(Config.from_env())
    finally:
        os.environ.pop("VIGIE_HOME") if before is None else os.environ.update(VIGIE_HOME=before)
    with app.app_context():
        try:
            instance.prepare(app.config["VIGIE"])
            _timed("people", settle)
            _timed("firms, series, list, what lists show", lambda: _fill(firms))
            _timed("who follows what", follow)
        finally:
            db.session.remove()
            db.engine.dispose()
    owner = create_engine(owner_url(home), poolclass=NullPool)
    _timed("vacuum", lambda: analyze(owner))
    with superuser(cluster) as server:
        _run(server, "alter database {} rename to {}", SERVED, BUILT)


def _fill(firms: int) -> None:
    with unit_of_work(system_identity("Banc d’essai")) as session:
        freshness(session, AS_OF)
        fill_country(session, size_of(firms))


def _expected(firms: int) -> dict[str, object]:
    versions = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    made_by = hashlib.sha256()
    for path in (*(ROOT / name for name in MAKERS), *versions):
        made_by.update(path.read_bytes())
    return {"firms": firms, "made_by": made_by.hexdigest()}


def _recorded(home: Path) -> dict[str, object] | None:
    """What the instance was made by; `None` when there is none, or its people's rights are about to end."""
    if not (home / MARK).exists():
        return None
    recorded: dict[str, object] = json.loads((home / MARK).read_text())
    at = float(str(recorded.pop("at")))
    return recorded if time.time() - at < LASTS * 86_400 else None


def _exists(cluster: LocalCluster, name: str) -> bool:
    with superuser(cluster) as server:
        known = server.execute("select from pg_database where datname = %s", [name])
        return known.fetchone() is not None


def _drop(server: psycopg.Connection, name: str) -> None:
    _run(server, "drop database if exists {} with (force)", name)


def _run(server: psycopg.Connection, statement: str, *names: str) -> None:
    server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _timed(what: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    work()
    _say(f"  {what}: {time.monotonic() - began:.0f} s")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
