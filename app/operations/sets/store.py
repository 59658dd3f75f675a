"""Where backups are kept: the interface of a provider, and the folder, the one that Vigie comes with.

Another provider (a store of objects) implements `BackupStore` and is chosen in `provider_at`; nothing else knows where parts are.
"""

import io
import os
import re
import shutil
from pathlib import Path
from typing import IO, Protocol

from app.core.errors import DomainError

NAME = re.compile(r"vigie-\d{8}T\d{6}Z")
MANIFEST = "manifest.json"
BUFFER = 1 << 20


class BackupStore(Protocol):
    """A place for backups. What is not yet whole is told by no other method than `abandon`. Methods raise `OSError`."""

    place: str

    def create(self, name: str, part: str) -> IO[bytes]:
        """A file to write a part of the backup in progress to; closed, it is on the disk."""

    def commit(self, name: str) -> None:
        """Make the backup in progress one, in a single step."""

    def abandon(self) -> None:
        """Remove every backup that is not whole."""

    def names(self) -> list[str]:
        """The backups, oldest first."""

    def open(self, name: str, part: str) -> IO[bytes]:
        """A part, to be read from its beginning; raise `FileNotFoundError`."""

    def size(self, name: str, part: str) -> int:
        """The bytes of a part; raise `FileNotFoundError`."""

    def remove(self, name: str) -> None:
        """Remove a backup: from the first step on, it is no longer one."""


class FolderStore:
    """A folder: of another disk, another machine's, mounted. A backup is a folder in it, ``vigie-<moment>``."""

    def __init__(self, root: Path) -> None:
        """Use ``root``, which exists."""
        self.root = root
        self.place = str(root)

    def create(self, name: str, part: str) -> IO[bytes]:
        draft = self._draft(name)
        draft.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(draft / part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return io.BufferedWriter(_Durable(descriptor, "wb"), BUFFER)

    def commit(self, name: str) -> None:
        _flush(self._draft(name))
        self._draft(name).rename(self.root / name)
        _flush(self.root)

    def abandon(self) -> None:
        for left in self.root.glob(".vigie-*.part"):
            shutil.rmtree(left)

    def names(self) -> list[str]:
        return sorted(
            path.name
            for path in self.root.iterdir()
            if NAME.fullmatch(path.name) and (path / MANIFEST).is_file()
        )

    def open(self, name: str, part: str) -> IO[bytes]:
        return (self.root / name / part).open("rb")

    def size(self, name: str, part: str) -> int:
        return (self.root / name / part).stat().st_size

    def remove(self, name: str) -> None:
        (self.root / name).rename(self._draft(name))
        shutil.rmtree(self._draft(name))

    def _draft(self, name: str) -> Path:
        return self.root / f".{name}.part"


class _Durable(io.FileIO):
    """A file whose content is on the disk once it is closed."""

    def close(self) -> None:
        """Write what the system still holds, then close."""
        if not self.closed:
            os.fsync(self.fileno())
        super().close()


def provider_at(place: Path) -> BackupStore:
    """The provider of a place; raise `DomainError` when there is none."""
    if not place.is_dir():
        raise DomainError(
            f"Le dossier des sauvegardes n’existe pas : {place}. Créez-le, ou montez le disque où il est, puis relancez."
        )
    return FolderStore(place)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
