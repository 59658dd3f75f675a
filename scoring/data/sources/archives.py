"""Compressed files, workbooks and records of JSON, turned into one plain text.

An archive is never trusted: its expansion is bounded, whatever size it declares.
"""

from __future__ import annotations

import csv
import errno
import gzip
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime
from io import BufferedIOBase
from pathlib import Path
from typing import IO

import python_calamine as calamine

from scoring.data.sources import records
from scoring.data.sources.errors import SourceError

CHUNK = 1 << 20
COMPRESSIONS = (".gz", ".zip")
WORKBOOKS = (".xlsx", ".excel")
# What an archive may hold.
TABLES = (".csv", ".txt", *records.SUFFIXES)
# Partner files compress ten to fifty times; a thousand times is an attack.
LARGEST_RATIO = 200
ALWAYS_ALLOWED = 64 << 20
# A workbook is read into memory; a million lines, the most a sheet may have, fit well within this.
LARGEST_WORKBOOK = 512 << 20
BROKEN_GZIP = "L’archive gzip est corrompue ou incomplète : demandez un nouvel envoi."
BROKEN_ZIP = (
    "L’archive zip est illisible (corrompue, chiffrée ou d’un autre format) :"
    " demandez un nouvel envoi."
)
# What zipfile raises on forged or truncated archives; a full disk raises none of these.
UNREADABLE_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)
BROKEN_WORKBOOK = "Le classeur Excel est illisible : enregistrez-le en CSV et renvoyez-le."


def plain_name(path: Path) -> str:
    """Return the file name without its compression: `x.csv` for x.csv.gz, x.csv.zip, x.zip."""
    if path.suffix.lower() not in COMPRESSIONS:
        return path.name
    return path.stem if path.stem.lower().endswith(TABLES) else path.stem + ".csv"


def unpack(path: Path, target: Path) -> Path:
    """Return the path of the plain content of a file: the file itself, or one written beside `target`.

    Raises SourceError when an archive or a workbook cannot be read, or expands beyond the bound.
    """
    content = path
    # An archive first, then what it holds.
    for name in dict.fromkeys((path.name, plain_name(path))):
        suffix = Path(name).suffix.lower()
        if suffix in UNPACKERS:
            source, content = content, target.with_name(f"{target.name}{suffix}")
            _unpack_once(UNPACKERS[suffix], source, content)
    return content


def _unpack_once(unpacker: Callable[[Path, Path], None], path: Path, target: Path) -> None:
    try:
        unpacker(path, target)
    except OSError as error:
        # A forged directory makes zipfile seek before the start of the file.
        if error.errno == errno.EINVAL:
            raise SourceError(BROKEN_ZIP) from error
        raise


def _gunzip(path: Path, target: Path) -> None:
    try:
        with gzip.open(path) as source:
            _copy(source, target, packed=path.stat().st_size)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(BROKEN_GZIP) from error


def _unzip(path: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if _is_table(m)]
            if len(members) != 1:
                raise SourceError(
                    f"L’archive zip contient {len(members)} fichier(s) CSV au lieu d’un seul :"
                    " préparez une archive par fichier."
                )
            with archive.open(members[0]) as source:
                _copy(source, target, packed=path.stat().st_size)
    except UNREADABLE_ZIP as error:
        raise SourceError(BROKEN_ZIP) from error


def _is_table(member: zipfile.ZipInfo) -> bool:
    hidden = member.filename.startswith("__MACOSX/")
    return not hidden and member.filename.lower().endswith(TABLES)


def _copy(source: BufferedIOBase | IO[bytes], target: Path, *, packed: int) -> None:
    allowed = max(ALWAYS_ALLOWED, LARGEST_RATIO * packed)
    written = 0
    with target.open("wb") as sink:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            if written > allowed:
                raise SourceError(
                    f"L’archive se déplie en plus de {LARGEST_RATIO} fois sa taille : elle est"
                    " refusée par prudence. Envoyez le fichier sans compression."
                )
            sink.write(chunk)


def _write_sheet(path: Path, target: Path) -> None:
    """Write the first sheet as CSV separated by semicolons, one line a row."""
    try:
        _check_workbook(path)
        with calamine.CalamineWorkbook.from_path(path) as workbook:
            rows = workbook.get_sheet_by_index(0).iter_rows()
            with target.open("w", encoding="utf-8", newline="") as sink:
                writer = csv.writer(sink, delimiter=";", lineterminator="\n")
                writer.writerows([_text(cell) for cell in row] for row in rows)
    except (calamine.CalamineError, IndexError, *UNREADABLE_ZIP) as error:
        raise SourceError(BROKEN_WORKBOOK) from error


def _check_workbook(path: Path) -> None:
    """Refuse a workbook that is too large; calamine refuses a part larger than declared."""
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > LARGEST_WORKBOOK:
            raise SourceError(
                "Le classeur Excel est trop volumineux : enregistrez-le en CSV et renvoyez-le."
            )


def _text(cell: object) -> str:
    """Return a cell as one line of text: integers without decimals, dates in ISO format."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(str(cell).split())


UNPACKERS: dict[str, Callable[[Path, Path], None]] = {
    ".gz": _gunzip,
    ".zip": _unzip,
    **dict.fromkeys(WORKBOOKS, _write_sheet),
    **dict.fromkeys(records.SUFFIXES, records.write_table),
}
