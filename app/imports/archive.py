"""The originals, kept for ever under the name of their content: nothing received is lost."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
RECEIVING = ".receiving-"


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file as it was sent: its name, its content's SHA-256, its bytes, and where it is kept."""

    #: the partner source its name belongs to
    source: str
    name: str
    sha256: str
    size: int
    path: Path


def keep(file: Path, *, source: str, archive: Path) -> Received:
    """Copy ``file`` to ``<archive>/<sha[:2]>/<sha>-<name>``; content already archived is not copied again.

    The digest is that of the copy: a file that changes while it is read is archived as it was read.
    """
    archive.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, scratch = tempfile.mkstemp(dir=archive, prefix=RECEIVING)
    half = Path(scratch)
    try:
        digest = hashlib.sha256()
        with os.fdopen(handle, "wb") as copy, file.open("rb") as original:
            while block := original.read(CHUNK):
                digest.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        sha256, size = digest.hexdigest(), half.stat().st_size
        archived = find(sha256, archive=archive)
        # One that has changed since is replaced by the content that its name tells.
        if archived is None or not is_intact(archived, sha256):
            archived = archive / sha256[:2] / f"{sha256}-{file.name}"
            archived.parent.mkdir(exist_ok=True, mode=0o700)
            half.replace(archived)
    finally:
        half.unlink(missing_ok=True)
    return Received(source=source, name=file.name, sha256=sha256, size=size, path=archived)


def find(sha256: str, *, archive: Path) -> Path | None:
    """Return where the content with this digest is archived, or `None`."""
    return next(iter(sorted((archive / sha256[:2]).glob(f"{sha256}-*"))), None)


def is_intact(path: Path, sha256: str) -> bool:
    """Return whether an archived file still has the content that its name tells."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


@contextmanager
def laid_out(files: Iterable[Received]) -> Iterator[Path]:
    """Yield a directory that presents archived files under the names they were sent with."""
    with tempfile.TemporaryDirectory(prefix="vigie-lot-") as scratch:
        folder = Path(scratch)
        for received in files:
            (folder / received.name).symlink_to(received.path.resolve())
        yield folder


def tidy(archive: Path) -> None:
    """Remove the partial copies left by a killed process; no import may be running."""
    for left in archive.glob(f"{RECEIVING}*"):
        left.unlink()
