"""The firms that the lines of a file name: a siren of nine digits, or a siret of fourteen of which nine name the firm."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.errors import DomainError
from app.core.web.files import lines as sheets
from app.core.web.files.lines import FileLine

#: how many digits each number has, the first to be looked for
DIGITS = {"siren": 9, "siret": 14}
ABSENT = "Aucune colonne « siren » ou « siret » dans les premières lignes : nommez-la ainsi, puis réessayez."
#: what may stand between the digits of a number
SPACES = re.compile(r"[\s.\u00a0\u202f-]")
#: characters of a cell that are told
TOLD = 40


@dataclass(frozen=True, kw_only=True)
class Misread:
    """A line that names no firm: its number as a spreadsheet shows it, what it holds, and why."""

    number: int
    cell: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FirmNumbers:
    """What a file holds: each firm once with its first line, how often firms came again, and the lines that name none."""

    lines: Mapping[str, int]
    repeated: int
    misread: Sequence[Misread]


def read(content: bytes, name: str) -> FirmNumbers:
    """Return what a file holds; raise `DomainError` when it is refused whole."""
    lines = sheets.read_lines(content, name, is_header=_is_header, absent=ABSENT)
    first: dict[str, int] = {}
    repeated, misread = 0, []
    for line in lines:
        try:
            siren = _siren_of(line)
        except DomainError as error:
            misread.append(Misread(number=line.number, cell=_told(line), reason=error.message))
            continue
        repeated += siren in first
        first.setdefault(siren, line.number)
    return FirmNumbers(lines=first, repeated=repeated, misread=misread)


def _kind_of(name: str) -> str | None:
    """Which number a column holds: « siren », « N° SIRET du siège »."""
    words = re.findall(r"[a-z]+", name)
    return next((kind for kind in DIGITS if kind in words), None)


def _is_header(names: Sequence[str]) -> bool:
    return any(_kind_of(name) for name in names)


def _cells(line: FileLine) -> dict[str, str]:
    """What the line says of each kind of number, the first column of each."""
    found: dict[str, str] = {}
    for name, cell in line.cells.items():
        kind = _kind_of(name)
        if kind and cell:
            found.setdefault(kind, cell)
    return found


def _siren_of(line: FileLine) -> str:
    if line.error:
        raise DomainError(line.error)
    cells = _cells(line)
    if not cells:
        raise DomainError("Ni siren ni siret sur cette ligne.")
    kind = next(kind for kind in DIGITS if kind in cells)
    plain = SPACES.sub("", cells[kind])
    if not (plain.isascii() and plain.isdigit()):
        raise DomainError("Un numéro n’est fait que de chiffres.")
    # A column of sirens may hold a siret, and the other way round: nine digits name the firm in both.
    if len(plain) not in DIGITS.values():
        raise DomainError(
            f"{len(plain)} chiffres : un siren en a 9, un siret 14. Un tableur ôte les zéros du début s’ils ne sont pas du texte."
        )
    return plain[: DIGITS["siren"]]


def _told(line: FileLine) -> str:
    return next(iter(_cells(line).values()), "")[:TOLD]
