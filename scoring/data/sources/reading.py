"""From a partner's file to clean text: unpacked, UTF-8, one `\\n` a line, no BOM.

The engine only ever sees clean text, so no byte of a file can surprise it. Everything is streamed:
memory use depends neither on the size of the file nor on the length of its lines.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from scoring.data.sources.archives import CHUNK, plain_name, unpack
from scoring.data.sources.errors import SourceError

__all__ = ["LONGEST_LINE", "clean_text", "header", "plain_name", "sha256"]

LONGEST_LINE = 4_000_000
# NUL would end the text; SOH is the separator the engine reads lines with.
FORBIDDEN = {0: "\ufffd", 1: "\ufffd"}


def sha256(path: Path) -> str:
    """Return the SHA-256 of the file as it was sent."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def clean_text(path: Path, *, scratch: Path | None = None) -> Iterator[Path]:
    """Yield the path of the clean text of `path` (a link to it when it is already clean).

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
        else:
            _rewrite(content, encoding, clean)
        yield clean


def header(text_file: Path, separator: str) -> list[str]:
    """Return the column names (first line of a clean text), runs of spaces collapsed.

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
    return [" ".join(name.split()) for name in names]


def _inspect(content: Path) -> tuple[str, bool]:
    """Return the encoding of the file and whether the engine can read it as it is."""
    with content.open("rb") as stream:
        encoding, is_clean = _beginning(stream.read(4))
        stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        since_end_of_line = 0
        while chunk := stream.read(CHUNK):
            since_end_of_line = _measured(chunk, since_end_of_line)
            is_clean = is_clean and not any(byte in chunk for byte in (b"\r", b"\0", b"\1"))
            encoding = encoding if _decodes(decoder, chunk, encoding) else "cp1252"
        if not _decodes(decoder, b"", encoding, final=True):
            encoding = "cp1252"
    return encoding, is_clean and encoding == "utf-8-sig"


def _beginning(first: bytes) -> tuple[str, bool]:
    """Guess the encoding from the first bytes, and whether they can be read as they are."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", False
    if len(first) == 4 and first[1] == first[3] == 0 and first[0] and first[2]:
        return "utf-16-le", False
    return "utf-8-sig", not first.startswith(codecs.BOM_UTF8)


def _decodes(
    decoder: codecs.IncrementalDecoder, chunk: bytes, encoding: str, *, final: bool = False
) -> bool:
    if encoding != "utf-8-sig":
        return True
    try:
        decoder.decode(chunk, final=final)
    except UnicodeDecodeError:
        return False
    return True


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


def _rewrite(content: Path, encoding: str, target: Path) -> None:
    with (
        content.open(encoding=encoding, errors="replace", newline=None) as source,
        target.open("w", encoding="utf-8", newline="\n") as sink,
    ):
        while chunk := source.read(CHUNK):
            sink.write(chunk.translate(FORBIDDEN) if _has_forbidden(chunk) else chunk)


def _has_forbidden(chunk: str) -> bool:
    return any(chr(code) in chunk for code in FORBIDDEN)
