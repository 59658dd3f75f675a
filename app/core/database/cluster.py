"""The embedded PostgreSQL: a private cluster for one instance, on a Unix socket that only its owner can reach.

PostgreSQL refuses to run as root, so root's cluster belongs to an unprivileged user. When that user cannot enter the instance's
directory (root's home), the cluster lives in a state directory elsewhere, recorded in ``VIGIE_HOME/pg-location``.
"""

import contextlib
import fcntl
import json
import os
import pwd
import re
import shlex
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app.core.database.binaries import Binaries, find_binaries

SUPERUSER = "postgres"
#: sun_path is 108 bytes on Linux; the socket's own name takes ``/.s.PGSQL.5432``
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432")
#: a socket directory is written in URLs, in a list of directories and in a shell: only characters that never need quoting
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")
#: seconds during which the backends of a postmaster killed with -9 may keep its shared memory, until they notice
ORPHANS_LEAVE = 10.0
TEST_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class LocalClusterError(RuntimeError):
    """The embedded PostgreSQL cannot be created or started; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class LocalCluster:
    """Where a cluster lives and who runs it."""

    location: Path
    socket_dir: Path
    binaries: Binaries
    uid: int
    gid: int

    @property
    def data(self) -> Path:
        """The cluster's data directory."""
        return self.location / "data"

    def url(self, *, role: str, database: str) -> str:
        """SQLAlchemy URL of ``database`` for ``role`` over the private socket."""
        return f"postgresql+psycopg://{quote(role)}@/{quote(database)}?host={quote(str(self.socket_dir))}"

    def is_running(self) -> bool:
        """Whether the postmaster of this data directory is alive.

        After a machine crash its pid remains in a file, and another program may have been given that pid since.
        """
        postmaster = self._recorded_postmaster()
        return postmaster is not None and _has_argument(*postmaster)

    def start(self, *, settings: dict[str, str] | None = None) -> None:
        """Start the postmaster if it is not running; create the cluster first if it does not exist."""
        if not self.data.exists():
            self._initialise()
        if self.is_running():
            return
        self._discard_reused_pid()
        self._private_dir(self.socket_dir)
        options = {"listen_addresses": "", "unix_socket_directories": str(self.socket_dir)}
        options |= {"unix_socket_permissions": "0700", "max_connections": "60"} | (settings or {})
        arguments = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in options.items())
        log = self.location / "postgresql.log"
        deadline = time.monotonic() + ORPHANS_LEAVE
        command = ("-D", self.data, "-w", "-t", "60", "-l", log, "-o", arguments, "start")
        while self._run("pg_ctl", *command, check=time.monotonic() > deadline).returncode != 0:
            time.sleep(1)

    def stop(self) -> None:
        """Stop the postmaster: open connections are closed, committed work is safe."""
        if self.is_running():
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def _initialise(self) -> None:
        self._private_dir(self.location)
        # Created under another name, then renamed: a half-created cluster is never mistaken for a real one.
        half = self.location / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        self._run(
            "initdb", "-D", half, "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8",
            "--auth=trust", "--no-instructions",
        )  # fmt: skip
        half.rename(self.data)

    def _recorded_postmaster(self) -> tuple[int, str] | None:
        """The recorded pid of the postmaster and the directory it was started on: the cluster may have moved since."""
        try:
            pid, directory = (self.data / "postmaster.pid").read_text().split("\n")[:2]
        except (FileNotFoundError, ValueError):
            return None
        return int(pid), directory

    def _discard_reused_pid(self) -> None:
        # PostgreSQL itself clears the file of a dead postmaster, but mistakes another program with the same pid for it.
        postmaster = self._recorded_postmaster()
        if postmaster is not None and Path(f"/proc/{postmaster[0]}").exists():
            (self.data / "postmaster.pid").unlink()

    def _private_dir(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)

    def _run(
        self, program: str, *arguments: str | Path, check: bool = True
    ) -> "subprocess.CompletedProcess[str]":
        # The postmaster outlives this call: its output goes to a file, as a pipe would stay open.
        with tempfile.TemporaryFile("w+") as output:
            identity: dict[str, object] = {}
            if os.geteuid() == 0:
                identity = {"user": self.uid, "group": self.gid, "extra_groups": []}
            result: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603
                [str(self.binaries.bin / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False,
                env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}, text=True,
                **identity,  # type: ignore[call-overload]
            )  # fmt: skip
            output.seek(0)
            message = output.read()
        if check and result.returncode != 0:
            raise LocalClusterError(
                f"{program} a échoué (code {result.returncode}) pour {self.location} :\n{message.strip()}\n"
                f"Journal du serveur : {self.location / 'postgresql.log'}"
            )
        return result


def local_cluster(home: Path) -> LocalCluster:
    """The cluster of the instance in ``home``; its location is decided once and recorded in ``home/pg-location``."""
    home.mkdir(parents=True, exist_ok=True)
    with _locked(home / "pg.lock"):
        uid, gid = _cluster_owner(home)
        location, socket_dir = _places(home, uid=uid, gid=gid)
        binaries = find_binaries(
            reachable=lambda path: _can_enter(path, uid=uid, gid=gid),
            made_by=_version_of(location / "data"),
        )
    return LocalCluster(
        location=location, socket_dir=socket_dir, binaries=binaries, uid=uid, gid=gid
    )


def started_cluster(home: Path, *, settings: dict[str, str] | None = None) -> LocalCluster:
    """The cluster of ``home``, started; several processes may call this at once."""
    cluster = local_cluster(home)
    with _locked(home / "pg.lock"):
        cluster.start(settings=settings)
    return cluster


def _cluster_owner(home: Path) -> tuple[int, int]:
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    # Root is using an instance that somebody else created: the cluster stays theirs.
    recorded = _recorded_places(home)
    if recorded is not None and (recorded[0] / "data").exists():
        status = (recorded[0] / "data").stat()
        return status.st_uid, status.st_gid
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise LocalClusterError(
        "PostgreSQL ne peut pas tourner en root et aucun utilisateur « postgres » ni « nobody » n’existe. "
        "Créez un utilisateur « postgres » ou définissez DATABASE_URL."
    )


def _places(home: Path, *, uid: int, gid: int) -> tuple[Path, Path]:
    """Where the cluster and its socket are.

    Each cluster has its own name for the socket's directory: a server whose home was removed while it ran unlinks its socket
    when it stops, and must not unlink that of a cluster created since in the same place.
    """
    recorded = _recorded_places(home)
    if recorded is not None:
        return recorded
    mark = uuid.uuid4().hex[:8]
    location = home / "pg"
    if not _can_enter(home, uid=uid, gid=gid):
        location = Path("/var/lib/vigie") / f"{home.parent.name}-{mark}" / "pg"
        location.parent.mkdir(parents=True)
        # Whatever the umask, the account that runs PostgreSQL must go through.
        for folder in (location.parent, location.parent.parent):
            folder.chmod(0o755)
    socket_dir = location / f"run-{mark}"
    if len(str(socket_dir)) > SOCKET_PATH_LIMIT or not PLAIN_PATH.fullmatch(str(socket_dir)):
        socket_dir = Path(tempfile.gettempdir()) / f"vigie-{uid}-{mark}"
    places = {"location": _from(home, location), "socket": _from(home, socket_dir)}
    half = home / "pg-location.half"
    half.write_text(json.dumps(places))
    half.replace(home / "pg-location")
    return location, socket_dir


def _recorded_places(home: Path) -> tuple[Path, Path] | None:
    """The paths in ``home/pg-location``, either absolute or relative to ``home``, which may have moved since."""
    pointer = home / "pg-location"
    if not pointer.exists():
        return None
    places = json.loads(pointer.read_text())
    return home / places["location"], home / places["socket"]


def is_passed_through(home: Path) -> bool:
    """Whether another account, that of PostgreSQL, must go through ``home`` to reach the cluster."""
    recorded = _recorded_places(home)
    if recorded is None or not (recorded[0] / "data").exists():
        return False
    return recorded[0].is_relative_to(home) and recorded[0].stat().st_uid != home.stat().st_uid


def _version_of(data: Path) -> int | None:
    """The major version of the PostgreSQL that created a cluster."""
    record = data / "PG_VERSION"
    return int(record.read_text()) if record.exists() else None


def _from(home: Path, path: Path) -> str:
    return str(path.relative_to(home) if path.is_relative_to(home) else path)


def _has_argument(pid: int, argument: str) -> bool:
    try:
        return os.fsencode(argument) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False


def _can_enter(path: Path, *, uid: int, gid: int) -> bool:
    """Whether user ``uid`` can traverse ``path`` and each of its parents."""
    if uid == os.geteuid():
        return True
    for directory in (path, *path.parents):
        status = directory.stat()
        owner, group = status.st_uid == uid, status.st_gid == gid
        bit = 0o100 if owner else 0o010 if group else 0o001
        if not status.st_mode & bit:
            return False
    return True


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
