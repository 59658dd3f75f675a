"""What a file that comes back would change, field by field, and what it may not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.cases import queries as cases
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.text.folding import folded
from app.core.web.files import lines as sheets
from app.core.web.files.lines import FileLine
from app.exchanges.files import stamps, standing
from app.exchanges.files.columns import (
    CRITICALITY,
    DEADLINE,
    DUE_ON,
    FIELDS,
    LISTS,
    REFERENCE,
    STAMP,
    STATE,
    fields_of,
)
from app.exchanges.files.stamps import Stamp
from app.exchanges.files.standing import CaseStanding
from app.exchanges.references import number_of
from app.exchanges.returns import queries, wishes
from app.exchanges.returns.wishes import Asker, Wish
from app.values.queries import list_usable

ABSENT = "Aucune colonne « Accompagnement » dans les premières lignes : renvoyez un fichier que Vigie a exporté."
UNKNOWN = "« {} » n’est pas un identifiant de Vigie : il ressemble à ACC-1234-4."
OUT_OF_REACH = "Cet accompagnement n’est pas parmi ceux que vous lisez."
NO_STAMP = "Le repère de la ligne manque ou a été abîmé : sans lui, Vigie ne sait pas ce qui a changé depuis l’export."
OTHER_STAMP = "Le repère est celui d’un autre accompagnement : les lignes ont été mélangées."
TWICE = "Cet accompagnement est déjà sur une ligne précédente."


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """A field that the file would change; ``changed_by``: who changed it in Vigie since the export, when somebody did."""

    line: int
    standing: CaseStanding
    field: str
    was: str
    wish: Wish
    is_conflict: bool
    changed_by: str = ""

    @property
    def key(self) -> str:
        """What names it in the form that confirms."""
        return f"{self.line}:{self.field}"


@dataclass(frozen=True, kw_only=True)
class RefusedCell:
    """A line, or a field of it, that is left out, and why."""

    line: int
    said: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FileComparison:
    """What a file would do."""

    changes: Sequence[FieldChange]
    refused: Sequence[RefusedCell]
    #: accompagnements of the file
    count: int
    #: the firms of those within reach: the page names them, be it to refuse
    sirens: Sequence[str]

    @property
    def digest(self) -> str:
        """What stands for all that is shown: what is confirmed is what was read."""
        each = [f"{c.key}|{c.was}|{c.wish.text}|{c.is_conflict}" for c in self.changes]
        return stamps.digest("\n".join(each))


def compare(session: Session, identity: Identity, *, content: bytes, name: str) -> FileComparison:
    """Return what a file would do; raise `DomainError` when it is refused whole."""
    lines, refused = _lines_by_case(read_lines(content, name))
    found = {s.case.id: s for s in standing.read(session, identity, list(lines))}
    usable = list_usable(
        session, identity, *LISTS.values(), held=[v.id for s in found.values() for v in s.values]
    )
    asker = Asker(
        identity=identity,
        may_watch=cases.may_watch(session, identity),
        usable=wishes.named(usable),
    )
    changes: list[FieldChange] = []
    for number, line in lines.items():
        if number not in found:
            said = line.cells[folded(REFERENCE)]
            refused.append(RefusedCell(line=line.number, said=said, reason=OUT_OF_REACH))
            continue
        try:
            for change in _changes(session, asker, found[number], line, refused):
                changes.append(change)
        except DomainError as error:
            refused.append(_refused(line, found[number], "", error.message))
    refused.sort(key=lambda cell: cell.line)
    sirens = sorted({known.case.siren for known in found.values()})
    return FileComparison(changes=changes, refused=refused, count=len(lines), sirens=sirens)


def read_lines(content: bytes, name: str) -> list[FileLine]:
    """Return the lines of a file; raise `DomainError` when it is refused whole."""
    wanted = [folded(REFERENCE), folded(STAMP)]
    return sheets.read_lines(
        content, name, is_header=lambda names: wanted[0] in names, absent=ABSENT, columns=wanted
    )


def numbers_in(lines: Sequence[FileLine]) -> list[int]:
    """Return the accompagnements that the lines of a file name, each once."""
    return list(_lines_by_case(lines)[0])


def _lines_by_case(
    lines: Sequence[FileLine],
) -> tuple[dict[int, FileLine], list[RefusedCell]]:
    """The line of each accompagnement, and those that name none, or one that came before."""
    first: dict[int, FileLine] = {}
    refused = []
    for line in lines:
        said = line.cells.get(folded(REFERENCE), "")
        number = number_of(said)
        reason = line.error or (UNKNOWN.format(said) if number is None else "")
        if number in first:
            reason = TWICE
        if reason or number is None:
            refused.append(RefusedCell(line=line.number, said=said, reason=reason))
        else:
            first[number] = line
    return first, refused


def _changes(
    session: Session, asker: Asker, known: CaseStanding, line: FileLine, refused: list[RefusedCell]
) -> Iterator[FieldChange]:
    """Yield what a line would change, and add to ``refused`` what it may not."""
    stamp = _stamp_of(line, known)
    now = fields_of(known)
    for field in FIELDS:
        try:
            wish = _wish(line, field, asker, known)
            if wish is None or wish.text == now[field] or stamp.said(field, wish.text):
                continue
            _require(asker, known, wish)
        except DomainError as error:
            if not _is_untouched(line, field, now, stamp):
                refused.append(_refused(line, known, field, error.message))
            continue
        is_conflict = not stamp.said(field, now[field])
        yield FieldChange(
            line=line.number,
            standing=known,
            field=field,
            was=now[field],
            wish=wish,
            is_conflict=is_conflict,
            changed_by=_who(session, known, field) if is_conflict else "",
        )


def _require(asker: Asker, known: CaseStanding, wish: Wish) -> None:
    reason = wishes.against(asker, known, wish)
    if reason:
        raise DomainError(reason)


def _stamp_of(line: FileLine, known: CaseStanding) -> Stamp:
    stamp = stamps.read(line.cells.get(folded(STAMP), ""))
    if stamp is None:
        raise DomainError(NO_STAMP)
    if stamp.case_id != known.case.id:
        raise DomainError(OTHER_STAMP)
    return stamp


def _wish(line: FileLine, field: str, asker: Asker, known: CaseStanding) -> Wish | None:
    """What a line asks of a field; nothing when its column was taken off."""
    cells: Mapping[str, str] = line.cells
    text = cells.get(folded(field))
    if text is None:
        return None
    if field in LISTS:
        return wishes.values_of(text, field, asker, known)
    if field == DEADLINE:
        due = cells.get(folded(DUE_ON))
        return None if due is None else wishes.deadline_of(text, due)
    return wishes.READ[field](text)


def _is_untouched(line: FileLine, field: str, now: Mapping[str, str], stamp: Stamp) -> bool:
    """Whether a cell that cannot be read says what Vigie says, or said when it was taken out: nothing is asked."""
    cell = line.cells.get(folded(field), "")
    return cell == now[field] or stamp.said(field, cell)


def _refused(line: FileLine, known: CaseStanding, field: str, reason: str) -> RefusedCell:
    said = f"{known.company.name}, {field}" if field else known.company.name
    return RefusedCell(line=line.number, said=said, reason=reason)


def _who(session: Session, known: CaseStanding, field: str) -> str:
    """Who changed a field in Vigie, and when, as far as its history says it."""
    if field == STATE:
        return queries.who_changed_state(session, known.case.id)
    if field == CRITICALITY:
        return queries.who_changed_criticality(session, known.case.id)
    if field in LISTS:
        return queries.who_changed_values(session, known.case.id, LISTS[field])
    return known.deadline.author.full_name if known.deadline else ""
