"""What a file of experts would do: whom it adds, what it changes, whom it archives, what is wrong in it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.core.access.identity import Identity, Role
from app.core.errors import DomainError
from app.core.text.addresses import is_address
from app.core.text.folding import folded
from app.core.web.files import lines as sheets
from app.core.web.files.lines import FileLine
from app.referrals.directory import queries, typed
from app.referrals.directory.experts.services import CLOSED, TOO_LONG, ExpertEntry, require_sound
from app.referrals.directory.models import LONGEST_NAME, Antenne, Expert
from app.referrals.directory.presenters import account_of
from app.referrals.files.columns import (
    ANTENNE,
    ANTENNE_AREAS,
    ARCHIVED,
    EMAIL,
    IN_SERVICE,
    INSTITUTION,
    REQUIRED,
    STAMP,
    STATE,
    entry_of_cells,
    entry_of_expert,
    stamp_of,
    texts_of,
)

ABSENT = "Aucune colonne « Adresse électronique » dans les premières lignes : partez d’un export de l’annuaire."
TWICE = "Même expert que la ligne {} : gardez une seule des deux."
NOT_KEPT = "Vous ne tenez pas l’antenne « {} » de « {} » : retirez cette ligne."
ARCHIVED_INSTITUTION = (
    "L’institution « {} » est archivée : reprenez-la d’abord, ou retirez cette ligne."
)
NO_PLACE = "Donnez l’institution et l’antenne."
UNKNOWN = "Cet expert n’est pas dans l’annuaire : il n’y a rien à archiver. Retirez cette ligne."
NO_STATE = (
    f"« {{}} » n’est pas un état : écrivez « {IN_SERVICE} » ou « {ARCHIVED} », ou laissez vide."
)
BAD_ADDRESS = "« {} » n’est pas une adresse électronique."


@dataclass(frozen=True, kw_only=True)
class AntenneKey:
    """An antenne as a file names it; ``antenne``: the one that is known, if one is."""

    institution: str
    name: str
    antenne: Antenne | None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EntryChange:
    """A line that adds an expert (``expert`` is none), or changes one: each field that differs, as it was and as it becomes."""

    line: int
    key: AntenneKey
    entry: ExpertEntry
    expert: Expert | None = None
    differences: tuple[tuple[str, str, str], ...] = ()
    #: whether somebody changed the entry in Vigie since the file was made
    is_conflict: bool = False
    archives: bool = False
    restores: bool = False

    @property
    def said(self) -> str:
        """All of it in a line."""
        number = self.expert.id if self.expert else 0
        return f"{self.line}|{number}|{self.entry}|{self.differences}|{self.is_conflict}|{self.archives}|{self.restores}"


@dataclass(frozen=True, kw_only=True)
class RefusedLine:
    """A line that is wrong, and why: the whole file waits for it."""

    line: int
    said: str
    reason: str


@dataclass(kw_only=True)
class DirectoryComparison:
    """What a file would do; nothing at all as long as a line is refused."""

    count: int = 0
    added: list[EntryChange] = field(default_factory=list)
    changed: list[EntryChange] = field(default_factory=list)
    #: experts in service that a complete file does not name
    missing: list[Expert] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)

    @property
    def conflicts(self) -> list[EntryChange]:
        """The lines that somebody else changed meanwhile."""
        return [each for each in self.changed if each.is_conflict]

    @property
    def digest(self) -> str:
        """What stands for all that is shown: what is confirmed is what was read."""
        changes = (*self.added, *self.changed)
        missing = [str(each.id) for each in self.missing]
        whole = "\n".join([*(each.said for each in changes), *missing])
        return hashlib.sha256(whole.encode()).hexdigest()


def read_lines(content: bytes, name: str) -> list[FileLine]:
    """Return the lines of a file; raise `DomainError` when it is refused whole."""
    wanted = [folded(column) for column in REQUIRED]
    return sheets.read_lines(
        content, name, is_header=lambda names: folded(EMAIL) in names, absent=ABSENT, columns=wanted
    )


def compare(
    session: Session, identity: Identity, *, content: bytes, name: str, is_complete: bool
) -> DirectoryComparison:
    """Return what a file would do today; raise `DomainError` when it is refused whole."""
    lines = read_lines(content, name)
    reading = _Reading.of(session, identity)
    found = DirectoryComparison(count=len(lines))
    for line in lines:
        try:
            change = reading.change_of(line)
        except DomainError as error:
            said = line.cells.get(folded(EMAIL), "")
            found.refused.append(RefusedLine(line=line.number, said=said, reason=error.message))
            continue
        if change.expert is None:
            found.added.append(change)
        elif change.differences or change.archives or change.restores:
            found.changed.append(change)
    if is_complete and not found.refused:
        found.missing = reading.unnamed()
    return found


@dataclass(kw_only=True)
class _Reading:
    """What the lines are read with, and what was read so far."""

    session: Session
    is_administrator: bool
    antennes: dict[tuple[str, str], Antenne]
    experts: dict[tuple[int, str], Expert]
    subjects: dict[int, str]
    #: folded names of the institutions that are archived
    archived: set[str]
    keys: dict[tuple[str, str], AntenneKey] = field(default_factory=dict)
    seen: dict[tuple[str, str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, identity: Identity) -> "_Reading":
        kept = queries.list_kept(session, identity)
        experts = queries.list_entries(session, identity, [each.id for each in kept])
        return cls(
            session=session,
            is_administrator=identity.has_role(Role.ADMINISTRATEUR),
            antennes={(folded(each.institution.name), folded(each.name)): each for each in kept},
            experts={(each.antenne_id, each.email.lower()): each for each in experts},
            archived=set(map(folded, queries.archived_institutions(session, identity))),
            subjects={each.id: each.label for each in queries.list_all_subjects(session, identity)},
        )

    def change_of(self, line: FileLine) -> EntryChange:
        """What a line would do; raise `DomainError`."""
        if line.error:
            raise DomainError(line.error)
        key = self._antenne(line)
        email = line.cells[folded(EMAIL)].lower()
        if not is_address(email):
            raise DomainError(BAD_ADDRESS.format(email))
        place = (folded(key.institution), folded(key.name), email)
        if place in self.seen:
            raise DomainError(TWICE.format(self.seen[place]))
        self.seen[place] = line.number
        expert = self.experts.get((key.antenne.id, email)) if key.antenne else None
        account = account_of(self.session, expert) if expert else ""
        labels = {folded(label): number for number, label in self.subjects.items()}
        now = texts_of(entry_of_expert(expert), self.subjects) if expert else {}
        # A column that was taken off asks nothing.
        cells = {**{folded(name): text for name, text in now.items()}, **line.cells}
        entry = entry_of_cells(cells, labels, account)
        require_sound(entry, key.antenne.areas if key.antenne else key.areas)
        is_out = _is_out(line, expert)
        if expert is None and is_out:
            raise DomainError(UNKNOWN)
        if key.antenne and key.antenne.is_archived and not is_out:
            raise DomainError(CLOSED)
        if expert is None:
            return EntryChange(line=line.number, key=key, entry=entry)
        return self._changed(line, key, entry, expert, now, is_out=is_out)

    def _changed(
        self, line: FileLine, key: AntenneKey, entry: ExpertEntry, expert: Expert, now: Mapping[str, str], *, is_out: bool
    ) -> EntryChange:  # fmt: skip
        then = texts_of(entry, self.subjects)
        stamp = line.cells.get(folded(STAMP), "")
        return EntryChange(
            line=line.number, key=key, entry=entry, expert=expert,
            differences=tuple((name, now[name], then[name]) for name in now if now[name] != then[name]),
            is_conflict=bool(stamp) and stamp != stamp_of(now, is_archived=expert.is_archived),
            archives=is_out and not expert.is_archived, restores=expert.is_archived and not is_out,
        )  # fmt: skip

    def _antenne(self, line: FileLine) -> AntenneKey:
        institution, name = (line.cells.get(folded(column), "") for column in (INSTITUTION, ANTENNE))  # fmt: skip
        place = (folded(institution), folded(name))
        if not all(place):
            raise DomainError(NO_PLACE)
        if max(len(institution), len(name)) > LONGEST_NAME:
            raise DomainError(TOO_LONG.format(LONGEST_NAME))
        if place not in self.keys:
            known = self.antennes.get(place)
            if known is None and not self.is_administrator:
                raise DomainError(NOT_KEPT.format(name, institution))
            if known is None and place[0] in self.archived:
                raise DomainError(ARCHIVED_INSTITUTION.format(institution))
            areas = typed.areas_of(line.cells.get(folded(ANTENNE_AREAS), ""), field=ANTENNE_AREAS)
            self.keys[place] = AntenneKey(institution=institution, name=name, antenne=known, areas=tuple(areas))  # fmt: skip
        return self.keys[place]

    def unnamed(self) -> list[Expert]:
        """The experts in service of the antennes of the file that it does not name."""
        named = {key.antenne.id for key in self.keys.values() if key.antenne}
        mails = {(place[0], place[1], place[2]) for place in self.seen}
        return [
            each
            for each in self.experts.values()
            if each.antenne_id in named and not each.is_archived and _place_of(each) not in mails
        ]


def _place_of(expert: Expert) -> tuple[str, str, str]:
    antenne = expert.antenne
    return folded(antenne.institution.name), folded(antenne.name), expert.email.lower()


def _is_out(line: FileLine, expert: Expert | None) -> bool:
    """Whether a line leaves an expert archived: what it does not say changes nothing. Raise `DomainError`."""
    said = line.cells.get(folded(STATE), "")
    if not said:
        return expert is not None and expert.is_archived
    if folded(said) not in {folded(IN_SERVICE), folded(ARCHIVED)}:
        raise DomainError(NO_STATE.format(said))
    return folded(said) == folded(ARCHIVED)
