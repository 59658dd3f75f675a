"""PostgreSQL's own programs, pg_dump and pg_restore, fed and read as streams: nothing in clear is written to a disk."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.core.database.binaries import find_tools
from app.core.database.cluster import SUPERUSER, started_cluster
from app.core.database.endpoints import DATABASE, Endpoints
from app.core.errors import DomainError
from app.core.work.jobs import conninfo
from config import Config

#: how hard the dump is compressed: beyond, seconds are spent for few bytes
COMPRESSION = 3
ESCAPES = "select rolname, rolsuper or rolbypassrls from pg_roles where rolname = current_user"
MAKE_ROLE = "create role vigie_backup login password '…' bypassrls in role pg_read_all_data;"


@dataclass(frozen=True, kw_only=True)
class Access:
    """How a database is reached, as a role: a libpq URL."""

    url: str

    def connect(self) -> "psycopg.Connection[Any]":
        """A connection, in autocommit; raise `psycopg.Error`."""
        return psycopg.connect(self.url, autocommit=True)

    def program(self, name: str) -> list[str]:
        """A program that fits the server, and the database it works on; the password is not among the words."""
        with self.connect() as connection:
            version = connection.info.server_version // 10_000
        words = {
            key: value for key, value in conninfo_to_dict(self.url).items() if key != "password"
        }
        return [str(find_tools(version).bin / name), "--dbname", make_conninfo("", **words)]

    @property
    def environment(self) -> dict[str, str]:
        """What the programs read besides."""
        password = conninfo_to_dict(self.url).get("password")
        secret = {"PGPASSWORD": str(password)} if password else {}
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**inherited, "LC_ALL": "C.UTF-8", **secret}


def full_access(config: Config, urls: Endpoints) -> Access:
    """The access that sees every row: the superuser of the embedded cluster, or the role that an operator made for it.

    Raise `DomainError` for a role that row-level security binds: it would copy what it sees, and count it, without a word.
    """
    if config.is_embedded:
        cluster = started_cluster(config.home)
        return Access(url=conninfo(cluster.url(role=SUPERUSER, database=DATABASE)))
    access = Access(url=conninfo(config.database_backup_url or urls.require_owner_url()))
    with access.connect() as connection:
        ((role, escapes),) = connection.execute(ESCAPES).fetchall()
    if not escapes:
        raise DomainError(
            f"Le rôle « {role} » ne voit pas toutes les lignes : la sécurité des lignes s’applique à lui, et la sauvegarde serait "
            f"vide par endroits. Faites créer sur le serveur un rôle qui lit tout et n’écrit rien, puis donnez son URL par "
            f"DATABASE_BACKUP_URL : {MAKE_ROLE}"
        )
    return access


@contextmanager
def dumped(access: Access, snapshot: str) -> Iterator[IO[bytes]]:
    """The dump of a database as of a snapshot, as it comes; raise `DomainError` when it did not come whole.

    pg_dump turns row-level security off: PostgreSQL itself refuses, rather than leave a row out.
    """
    command = [
        *access.program("pg_dump"), "--format=custom", f"--compress={COMPRESSION}", f"--snapshot={snapshot}",
        "--lock-wait-timeout=60s",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as errors, _started(command, access, errors, stdout=subprocess.PIPE) as program:  # fmt: skip
        assert program.stdout is not None  # noqa: S101
        yield program.stdout
        program.stdout.close()
        if program.wait() != 0:
            raise DomainError(f"pg_dump a échoué : {_last_line(errors)}")


def restored(
    access: Access,
    feed: Callable[[], AbstractContextManager[IO[bytes]]],
    pour: Callable[[IO[bytes]], None],
) -> None:
    """Restore a dump into an empty database, in one transaction; raise `DomainError`, the database still empty.

    ``feed`` opens the dump from its beginning, to read what it holds; ``pour`` writes it whole. The privileges by default, which
    name the owner, are left to `endpoints.prepare`.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen, tempfile.TemporaryFile() as errors:  # fmt: skip
        chosen.writelines(_entries(access, feed))
        chosen.flush()
        command = [
            *access.program("pg_restore"), "--format=custom", "--no-owner", "--no-comments", "--single-transaction",
            "--exit-on-error", "--use-list", chosen.name,
        ]  # fmt: skip
        with _started(command, access, errors, stdin=subprocess.PIPE) as program:
            assert program.stdin is not None  # noqa: S101
            try:
                pour(program.stdin)
                program.stdin.close()
            except BrokenPipeError:
                # It stopped reading: what it says is below.
                program.kill()
            if program.wait() != 0:
                raise DomainError(f"pg_restore a échoué : {_last_line(errors)}")


def _entries(
    access: Access, feed: Callable[[], AbstractContextManager[IO[bytes]]]
) -> Sequence[str]:
    """The lines of the table of contents to restore."""
    tool = Path(access.program("pg_restore")[0])
    with feed() as dump:
        listed = subprocess.run(  # noqa: S603 - PostgreSQL's program
            [str(tool), "--list"], stdin=dump, capture_output=True, text=True, check=True
        )
    return [line for line in listed.stdout.splitlines(keepends=True) if " DEFAULT ACL " not in line]


@contextmanager
def _started(
    command: Sequence[str], access: Access, errors: IO[bytes], **streams: Any
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that never outlives the block."""
    program = subprocess.Popen(  # noqa: S603 - PostgreSQL's programs
        command, env=access.environment, stderr=errors, cwd="/", **streams
    )
    try:
        yield program
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").split("\n")
    told = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return (told or lines or [""])[0].strip()
