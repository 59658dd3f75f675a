"""Files taken out of Vigie, written as their rows come: they stand on disk, without a name, until they are sent."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Extract:
    """A file, open at its beginning, and the digest of its bytes; whoever sends it closes it, and it disappears."""

    file: IO[bytes]
    sha256: str


def extracted(write: Callable[[IO[bytes]], object]) -> Extract:
    """Have ``write`` fill a file, and return it; nothing is left of it if that fails."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    try:
        write(file)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return Extract(file, digest)


class Counted(Generic[T]):
    """Rows that are counted as they go by, once."""

    def __init__(self, rows: Iterable[T]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[T]:
        """Yield each row."""
        for row in self._rows:
            self.count += 1
            yield row
