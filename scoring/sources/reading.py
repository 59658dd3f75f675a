"""From the file a partner sent to clean text: decompressed, UTF-8, one `\\n` a line, no BOM.

The engine that follows only ever sees clean text, so no byte of a file can surprise it. Everything
streams: memory does not depend on the size of the file.
"""

from __future__ import annotations

import codecs
import csv
import errno
import gzip
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from scoring.sources.errors import SourceError

CHUNK = 1 << 20
# NUL and SOH would be taken for an end of text and for the separator the engine reads lines with.
FORBIDDEN = {0: "\ufffd", 1: "\ufffd"}
COMPRESSIONS = (".gz", ".zip")


def plain_name(path: Path) -> str:
    """Return the file name without its compression: `x.csv` for x.csv.gz, x.csv.zip, x.zip."""
    if path.suffix.lower() not in COMPRESSIONS:
        return path.name
    return path.stem if path.stem.lower().endswith(".csv") else path.stem + ".csv"


def sha256(path: Path) -> str:
    """Return the SHA-256 of the file as it was sent."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def clean_text(path: Path, *, scratch: Path | None = None) -> Iterator[Path]:
    """Yield the path of the clean text of `path` (a link to it when it is already clean).

    Raises SourceError when the archive cannot be read or the file is empty.
    """
    with TemporaryDirectory(dir=scratch, prefix="lecture-") as folder:
        content = _decompressed(path, Path(folder) / "decompressed")
        if content.stat().st_size == 0:
            raise SourceError("Le fichier est vide : demandez un nouvel envoi au partenaire.")
        encoding, is_clean = _inspect(content)
        clean = Path(folder) / "clean"
        if is_clean:
            # A plain name: the engine would take `[1]` or `*` in a name for a pattern.
            clean.symlink_to(content.resolve())
        else:
            _rewritten(content, encoding, clean)
        yield clean


def header(text_file: Path, separator: str) -> list[str]:
    """Return the names of the columns, first line of a clean text."""
    with text_file.open(encoding="utf-8", newline="\n") as stream:
        line = stream.readline(CHUNK).rstrip("\n")
    if not line.strip():
        raise SourceError("La première ligne est vide : l’en-tête des colonnes y est attendu.")
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=separator))]
    except csv.Error as error:
        raise SourceError(f"L’en-tête des colonnes est illisible ({error}).") from error


def _decompressed(path: Path, target: Path) -> Path:
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return _gunzipped(path, target)
    return _unzipped(path, target) if suffix == ".zip" else path


def _gunzipped(path: Path, target: Path) -> Path:
    try:
        with gzip.open(path) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink, CHUNK)
    except (OSError, EOFError, zlib.error) as error:
        _reraise_full(error)
        raise SourceError(
            "L’archive gzip est corrompue ou incomplète : demandez un nouvel envoi."
        ) from error
    return target


def _unzipped(path: Path, target: Path) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if _is_table(m)]
            if len(members) != 1:
                raise SourceError(
                    f"L’archive zip contient {len(members)} fichier(s) CSV au lieu d’un seul :"
                    " préparez une archive par fichier."
                )
            with archive.open(members[0]) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, CHUNK)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        _reraise_full(error)
        raise SourceError(
            "L’archive zip est illisible (corrompue, chiffrée ou d’un autre format) :"
            " demandez un nouvel envoi."
        ) from error
    return target


def _reraise_full(error: Exception) -> None:
    """Let through what is a fault of the disk, not of the archive."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        raise error


def _is_table(member: zipfile.ZipInfo) -> bool:
    hidden = member.filename.startswith("__MACOSX/")
    return not hidden and member.filename.lower().endswith((".csv", ".txt"))


def _inspect(content: Path) -> tuple[str, bool]:
    """Return the encoding of the file and whether the engine can read it as it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_clean = True
    with content.open("rb") as stream:
        chunk = stream.read(CHUNK)
        if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", False
        if chunk.startswith(codecs.BOM_UTF8):
            is_clean = False
        try:
            while chunk:
                decoder.decode(chunk)
                is_clean = is_clean and not any(byte in chunk for byte in (b"\r", b"\0", b"\1"))
                chunk = stream.read(CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252", False
    return "utf-8-sig", is_clean


def _rewritten(content: Path, encoding: str, target: Path) -> None:
    with (
        content.open(encoding=encoding, errors="replace", newline=None) as source,
        target.open("w", encoding="utf-8", newline="\n") as sink,
    ):
        while chunk := source.read(CHUNK):
            sink.write(chunk.translate(FORBIDDEN) if _has_forbidden(chunk) else chunk)


def _has_forbidden(chunk: str) -> bool:
    return any(chr(code) in chunk for code in FORBIDDEN)
