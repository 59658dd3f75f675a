"""From a partner's file to clean text: unpacked, UTF-8, one `\\n` a line, no BOM.

The engine only ever sees clean text, so no byte of a file can surprise it. Everything is streamed:
memory use depends neither on the size of the file nor on the length of its lines.
"""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from scoring.data.sources.archives import CHUNK, plain_name, unpack
from scoring.data.sources.encodings import UTF_8, WINDOWS, Cleaning, Letters, begins_with
from scoring.data.sources.errors import SourceError

__all__ = ["LONGEST_LINE", "CleanText", "clean_text", "header", "plain_name", "sha256"]

LONGEST_LINE = 4_000_000
# Enough of a file to see where its zeros are.
BEGINNING = 1024


@dataclass(frozen=True)
class CleanText:
    """A text that the engine can read, and what had to be replaced: French remarks, with their counts."""

    path: Path
    remarks: dict[str, int] = field(default_factory=dict)


def sha256(path: Path) -> str:
    """Return the SHA-256 of the file as it was sent."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def clean_text(path: Path, *, scratch: Path | None = None) -> Iterator[CleanText]:
    """Yield the clean text of `path` (a link to it when it is already clean).

    Raises SourceError when the file cannot be unpacked, is empty, or has an endless line.
    """
    with TemporaryDirectory(dir=scratch, prefix="lecture-") as folder:
        content = unpack(path, Path(folder) / "unpacked")
        if content.stat().st_size == 0:
            raise SourceError("Le fichier est vide : demandez un nouvel envoi au partenaire.")
        encoding, is_clean = _inspect(content)
        clean = Path(folder) / "clean"
        if is_clean:
            # A plain name: the engine would read `[1]` or `*` in a file name as a pattern.
            clean.symlink_to(content.resolve())
            yield CleanText(clean)
        else:
            yield CleanText(clean, _rewrite(content, encoding, clean))


def header(text_file: Path, separator: str) -> list[str]:
    """Return the column names (first line of a clean text), runs of spaces collapsed, each accent one letter
    with what it is on.

    Raises SourceError when the line is blank or unreadable.
    """
    with text_file.open(encoding="utf-8", newline="\n") as stream:
        line = stream.readline(CHUNK).rstrip("\n")
    if not line.strip():
        raise SourceError("La première ligne est vide : l’en-tête des colonnes y est attendu.")
    try:
        names = next(csv.reader([line], delimiter=separator))
    except csv.Error as error:
        raise SourceError(f"L’en-tête des colonnes est illisible ({error}).") from error
    return [unicodedata.normalize("NFC", " ".join(name.split())) for name in names]


def _inspect(content: Path) -> tuple[str, bool]:
    """Return the encoding of the file and whether the engine can read it as it is."""
    with content.open("rb") as stream:
        encoding = begins_with(stream.read(BEGINNING))
        stream.seek(0)
        letters = Letters()
        since_end_of_line = 0
        is_plain = encoding == UTF_8
        while chunk := stream.read(CHUNK):
            since_end_of_line = _measured(chunk, since_end_of_line)
            is_plain = is_plain and not any(byte in chunk for byte in (b"\r", b"\0", b"\1"))
            if encoding == UTF_8:
                letters.read(chunk)
        letters.read(b"", final=True)
    if encoding != UTF_8:
        return encoding, False
    return letters.encoding, is_plain and letters.is_pure and not letters.marks


def _measured(chunk: bytes, before: int) -> int:
    """Return how many bytes follow the last end of line; raise SourceError on an endless line."""
    ends = [place for end in (b"\n", b"\r") if (place := chunk.find(end)) >= 0]
    first = min(ends, default=len(chunk))
    if before + first > LONGEST_LINE:
        raise SourceError(
            f"Une ligne dépasse {LONGEST_LINE // 1_000_000} millions de caractères : le fichier"
            " n’est pas un tableau, ou ses retours à la ligne ont été perdus."
        )
    if not ends:
        return before + len(chunk)
    return len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))


def _rewrite(content: Path, encoding: str, target: Path) -> dict[str, int]:
    """Write the file as clean text; return what had to be replaced."""
    errors = "surrogateescape" if encoding in (UTF_8, WINDOWS) else "replace"
    cleaning = Cleaning(is_windows=encoding == WINDOWS)
    with (
        content.open(encoding=encoding, errors=errors, newline=None) as source,
        target.open("wb") as sink,
    ):
        # Lines are never longer than `LONGEST_LINE`: this reads on to the end of one.
        while block := source.read(CHUNK) + source.readline():
            sink.write(cleaning.encoded(block))
    return cleaning.remarks
