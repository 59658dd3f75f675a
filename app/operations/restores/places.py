"""Where a restore may write: an empty place, marked until the end; what an unfinished one left is removed."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import psycopg

from app.core.database import instance
from app.core.database.endpoints import Endpoints
from app.core.errors import DomainError
from app.core.text.french import size_fr
from app.core.work.jobs import conninfo
from app.operations.sets import tree

STAGING = ".restauration"
LOCK = "restauration.lock"
BUSY = "Une restauration est déjà en cours dans {} : attendez qu’elle finisse."
DATABASE = """
    select oid::text || ' ' || datname || ' ' || coalesce(inet_server_addr()::text, '')
    from pg_database where datname = current_database()
"""
#: of any schema: an unfinished restore is removed with all that its owner has in the database
OBJECTS = """
    select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^(pg_|information_schema$)'
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e') limit 1
"""


def require_empty(home: Path, urls: Endpoints) -> None:
    """Raise `DomainError` unless neither the database nor the home holds anything: a restore replaces nothing."""
    found = [f"{home} contient {path}" for path in islice(_held(home), 1)]
    if _has_tables(urls):
        found.append("la base contient des tables")
    if not found:
        return
    raise DomainError(
        f"Une sauvegarde se restaure dans une instance vide, et celle-ci ne l’est pas : {' ; '.join(found)}. "
        "Rien n’a été touché. Donnez un autre VIGIE_HOME, vide (et, avec DATABASE_URL, une base vide : createdb), puis relancez. "
        "N’y lancez pas « instance create » : la restauration fait tout."
    )


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """One restore of a place at a time: a second one would remove what the first writes. Raise `DomainError`."""
    with (home / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DomainError(BUSY.format(home)) from None
        yield


def begin(home: Path, urls: Endpoints, *, source: str) -> None:
    """Mark the place as being restored: from now on nothing but a restore runs there."""
    instance.mark_restoring(home, {"source": source, "database": _database(urls)})


def clear(home: Path, urls: Endpoints) -> None:
    """Remove what an unfinished restore left in this place, if there was one; the place stays marked."""
    noted = instance.restoring(home)
    if noted is None:
        return
    if noted.get("database") != _database(urls):
        raise DomainError(
            "La restauration inachevée de ce dossier visait une autre base : redonnez le DATABASE_URL d’alors, ou un autre VIGIE_HOME."
        )
    with psycopg.connect(conninfo(urls.require_owner_url()), autocommit=True) as connection:
        # Empty before the restore began, as the mark attests: whatever is there is its own.
        connection.execute("drop owned by current_user cascade")
    shutil.rmtree(home / STAGING, ignore_errors=True)
    for path in _tops(home):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def move_in(home: Path) -> None:
    """Put the files that were unpacked in their place."""
    for path in sorted((home / STAGING).iterdir()):
        path.rename(home / path.name)
    (home / STAGING).rmdir()


def require_room(home: Path, *, needed: int) -> None:
    """Raise `DomainError` unless the disk of ``home`` has ``needed`` bytes."""
    free = shutil.disk_usage(home).free
    if free < needed:
        raise DomainError(
            f"Il faut {size_fr(needed)} dans {home} et il en reste {size_fr(free)} : faites de la place, ou choisissez un autre disque."
        )


def _tops(home: Path) -> list[Path]:
    """What `clear` removes."""
    spared = {*tree.APART, instance.HALF_MARK}
    return sorted(path for path in home.iterdir() if path.name not in spared)


def _held(home: Path) -> Iterator[Path]:
    """Whatever `clear` would remove, hidden or not, but for empty folders."""
    for top in _tops(home):
        for path in (top, *top.rglob("*")):
            if path.is_symlink() or not path.is_dir():
                yield path.relative_to(home)


def _has_tables(urls: Endpoints) -> bool:
    with psycopg.connect(conninfo(urls.require_owner_url())) as connection:
        return connection.execute(OBJECTS).fetchone() is not None


def _database(urls: Endpoints) -> str:
    """What tells this database from any other, even of the same name."""
    with psycopg.connect(conninfo(urls.require_owner_url())) as connection:
        ((told,),) = connection.execute(DATABASE).fetchall()
    return str(told)
