"""The files of an instance as a tar that flows.

Left out: the cluster, which the dump tells of; the keys, which a backup must not hold; what each start assembles again.
"""

import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from app.core.errors import DomainError

#: what is in a home and never in a backup
APART = {
    "pg",
    "pg-location",
    "pg-location.half",
    "pg.lock",
    "secrets",
    "static",
    "sauvegardes",
    "restauration.json",
    "restauration.lock",
}
#: what a killed writer leaves, or holds while it works
UNFINISHED = (".half", ".part", ".tmp")
BUFFER = 1 << 20
LINK = (
    "{} est un lien, et ce qu’il désigne ne serait pas sauvegardé : mettez-y les fichiers eux-mêmes, puis recommencez. Seuls les"
    " dossiers qui sont directement dans VIGIE_HOME peuvent être des liens."
)


def kept(home: Path, *, but: Path | None = None) -> Iterator[Path]:
    """The files of an instance, relative to ``home``, in order; ``but`` is a folder that holds backups, at any depth.

    Raise `DomainError` on a link below the first level: what it leads to would be missing without a word.
    """
    for top in sorted(home.iterdir()):
        if top.name in APART or _is_passing(top.name) or _is_same(top, but):
            continue
        if not top.is_dir():
            yield _unlinked(top).relative_to(home)
            continue
        for folder, folders, names in os.walk(top):
            inside = (Path(folder, name) for name in sorted(folders) if not name.startswith("."))
            folders[:] = [_unlinked(path).name for path in inside if not _is_same(path, but)]
            for name in sorted(names):
                if not _is_passing(name) and _unlinked(path := Path(folder, name)).is_file():
                    yield path.relative_to(home)


def _unlinked(path: Path) -> Path:
    if path.is_symlink():
        raise DomainError(LINK.format(path))
    return path


def _is_same(path: Path, other: Path | None) -> bool:
    return other is not None and path.resolve() == other.resolve()


def _is_passing(name: str) -> bool:
    return name.startswith(".") or name.endswith(UNFINISHED)


def hold(home: Path, staging: Path, *, but: Path | None = None) -> None:
    """Hold the files of ``home`` as they are now, under ``staging``, but for those that are there already.

    Linked, not copied: a writer never changes a file in place, it replaces it. From another volume, they are copied.
    """
    for path in kept(home, but=but):
        held = staging / path
        held.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            os.link(home / path, held)
        except (FileExistsError, FileNotFoundError):
            # Copied before, or gone since it was listed: nothing that the snapshot tells of needs it.
            continue
        except OSError:
            shutil.copy2(home / path, held)


def pack(root: Path, target: IO[bytes]) -> None:
    """Write every file under ``root`` to ``target``."""
    with tarfile.open(fileobj=target, mode="w|", bufsize=BUFFER, format=tarfile.PAX_FORMAT) as tar:
        for path in files_under(root):
            tar.add(path, arcname=str(path.relative_to(root)), recursive=False)


def files_under(root: Path) -> list[Path]:
    """Every file under ``root``, in order."""
    return sorted(path for path in root.rglob("*") if path.is_file())


def unpack(source: IO[bytes], root: Path) -> int:
    """Write the files of a tar under ``root``, closed to others; return how many. Raise `DomainError` on anything else than files."""
    count = 0
    with tarfile.open(fileobj=source, mode="r|", bufsize=BUFFER) as tar:
        for member in tar:
            target = root / member.name
            if not member.isfile() or not target.resolve().is_relative_to(root.resolve()):
                raise DomainError(
                    f"La sauvegarde contient autre chose que des fichiers : {member.name}"
                )
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            content = tar.extractfile(member)
            assert content is not None  # noqa: S101
            with target.open("wb") as file:
                shutil.copyfileobj(content, file, BUFFER)
            target.chmod(0o600)
            os.utime(target, (member.mtime, member.mtime))
            count += 1
    return count
