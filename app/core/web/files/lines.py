"""From an uploaded file to lines of named cells: CSV (comma or semicolon, UTF-8 or cp1252) or XLSX, and nothing else."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

from app.core.errors import DomainError
from app.core.text.bounds import writable
from app.core.text.exports.csv_files import unmarked
from app.core.text.folding import folded
from app.core.text.french import number_fr
from app.core.web.files import uploads

MAX_BYTES = 2 * uploads.MEGABYTE
MAX_LINES = 2_000
MAX_COLUMNS = 50
#: the header is among the first lines: exports start with one that says who made them
HEADER_WITHIN = 5

#: the place of a cell or of a row: calamine unfolds everything up to the furthest
PLACE = re.compile(rb"<(?:\w+:)?(?:c|row)\b[^>]*?\sr\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")

CORRUPT = (
    "Ce classeur est illisible ou abîmé : ouvrez-le, enregistrez-le au format XLSX, puis réessayez."
)


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """A line of the file: its number as a spreadsheet shows it, its cells by column, and why it cannot be read, if so."""

    number: int
    cells: dict[str, str]
    error: str | None = None


def read_lines(
    content: bytes, name: str, *, is_header: Callable[[Sequence[str]], bool], absent: str, columns: Sequence[str] = (),
) -> list[FileLine]:  # fmt: skip
    """The lines below the header, except blank ones; raise `DomainError` when the entire file is refused.

    The header is the first of the first lines that ``is_header`` knows by its names, without case nor accents; ``absent`` is what is
    said when none is. It contains all of ``columns``, in any order; other columns are ignored.
    """
    rows = list(_rows(content, name))
    header = next(
        (
            place
            for place, row in enumerate(rows[:HEADER_WITHIN])
            if is_header([folded(cell) for cell in row.values])
        ),
        None,
    )
    if header is None:
        raise DomainError(absent, field="file")
    names = [folded(cell) for cell in rows[header].values]
    _require_columns(names, columns)
    lines = [_line(row, names) for row in rows[header + 1 :] if row.error or any(row.values)]
    if not lines:
        raise DomainError("Ce fichier ne contient aucune ligne.", field="file")
    if len(lines) > MAX_LINES:
        raise DomainError(
            f"{number_fr(len(lines))} lignes : {number_fr(MAX_LINES)} au plus par fichier. Coupez-le en plusieurs.",
            field="file",
        )
    return lines


@dataclass(frozen=True)
class _Row:
    number: int
    values: list[str]
    error: str | None = None


def _rows(content: bytes, name: str) -> Iterator[_Row]:
    try:
        kind = uploads.check(content, name=name, limit=MAX_BYTES)
    except DomainError as error:
        raise DomainError(error.message, field="file") from None
    return _workbook_rows(content) if kind is uploads.FileKind.XLSX else _text_rows(content)


def _text_rows(content: bytes) -> Iterator[_Row]:
    """Parse line by line, so that an unbalanced quote spoils only its own line."""
    lines = re.split(r"\r\n|\r|\n", _decoded(content))
    head = "\n".join(lines[:HEADER_WITHIN])
    delimiter = ";" if head.count(";") >= head.count(",") else ","
    for number, line in enumerate(lines, start=1):
        try:
            values = next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            yield _Row(number, [], "La ligne est mal formée : vérifiez ses guillemets.")
            continue
        yield _Row(number, [_clean(unmarked(value)) for value in values])


def _decoded(content: bytes) -> str:
    if b"\x00" not in content:
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise DomainError("Ce fichier n’est pas un texte : enregistrez-le en CSV UTF-8.", field="file")


def _workbook_rows(content: bytes) -> Iterator[_Row]:
    _refuse_wide(content)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        values = sheet.to_python(skip_empty_area=False)
    except CalamineError:
        raise DomainError(CORRUPT, field="file") from None
    for number, row in enumerate(values, start=1):
        yield _Row(number, [_clean(_text(value)) for value in row])


def _refuse_wide(content: bytes) -> None:
    """Refuse a sparse workbook before calamine allocates everything up to the furthest cell."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        if any(_is_wide(book.read(member)) for member in book.infolist()):
            raise DomainError(
                f"Ce classeur est trop grand : {number_fr(MAX_LINES)} lignes au plus.", field="file"
            )


def _is_wide(part: bytes) -> bool:
    return any(
        len(column) > 2 or int(row[:9]) > MAX_LINES + HEADER_WITHIN
        for column, row in PLACE.findall(part)
    )


def _require_columns(names: Sequence[str], columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in names]
    if missing:
        raise DomainError(
            f"Colonnes manquantes : {', '.join(missing)}. Partez du modèle.", field="file"
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice or len(names) > MAX_COLUMNS:
        raise DomainError("Une colonne est nommée deux fois, ou il y en a trop.", field="file")


def _line(row: _Row, names: Sequence[str]) -> FileLine:
    error = row.error
    if any(row.values[len(names) :]):
        error = "La ligne a plus de cellules que l’en-tête : vérifiez les séparateurs."
    return FileLine(
        number=row.number, cells=dict(zip(names, row.values, strict=False)), error=error
    )


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _clean(text: str) -> str:
    return " ".join(writable(text).split())
