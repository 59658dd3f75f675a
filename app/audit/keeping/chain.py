"""Verify the journal: each line follows the previous one, the last is the head, and the lines match their seals.

Seals are read in the file and in the table: where they disagree, it is said, whatever the lines tell.

Hashes are computed here, not by the database, which only returns the text they cover, a block of lines at a time.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from psycopg import Connection, IsolationLevel
from psycopg.rows import class_row, kwargs_row

from app.audit.keeping import sources
from app.audit.keeping.clock import ClockWatch
from app.audit.keeping.seals import Seal
from app.core.journal import Event
from app.core.text.french import date_fr, datetime_fr

ORIGIN = hashlib.sha256(b"vigie").digest()
#: lines fetched at a time
BLOCK = 5_000
#: full months that are never purged; `journal_purge` has the same number
KEPT_MONTHS = 12
#: days after which an unsealed line is an anomaly: a day is sealed in the following night
LATEST_SEAL = 2

LINES = """
    select id as number, recorded_at, previous_hash, hash, event, details,
        jsonb_build_array(id, extract(epoch from recorded_at), actor_id, actor_name, event, siren, details)::text as covered
    from journal order by id, recorded_at
"""
HEAD = "select number, hash from journal_head"
SEALS = """
    select day, number, encode(hash, 'hex') as hash, lines, encode(previous, 'hex') as previous, encode(seal, 'hex') as seal
    from journal_seal order by day
"""
PARTITIONS = (
    "select inhrelid::regclass::text from pg_inherits where inhparent = 'journal'::regclass"
)


@dataclass(slots=True)
class ChainLine:
    """A line as stored in the table, and the text that its hash covers."""

    number: int
    recorded_at: datetime
    previous_hash: bytes
    hash: bytes
    event: str
    details: dict[str, object]
    covered: str

    @property
    def is_true(self) -> bool:
        """Whether the hash matches the content of the line."""
        return self.hash == hashlib.sha256(self.previous_hash + self.covered.encode()).digest()


class BrokenError(Exception):
    """What is broken: French sentences, one a line of text; ``line`` is the line of the journal that a single one is about."""

    def __init__(self, message: str, line: ChainLine | None = None) -> None:
        super().__init__(message)
        self.message = message
        if line is not None:
            self.message = f"ligne {line.number}, {datetime_fr(line.recorded_at)} : {message}"

    def __str__(self) -> str:
        return self.message


@dataclass(kw_only=True)
class Walk:
    """A verification in progress, from the first line to the last."""

    seals: Sequence[Seal]
    today: date
    lines: int = 0
    first: ChainLine | None = None
    last: ChainLine | None = None
    #: the last purged line, 0 if none
    purged_to: int = 0
    #: the first line that no seal covers
    unsealed: ChainLine | None = None
    #: how many lines follow the last seal: their author could still rewrite them
    since_seal: int = 0
    #: seals and purges that the lines themselves record
    recorded_seals: dict[str, str] = field(default_factory=dict)
    recorded_purges: set[object] = field(default_factory=set)
    met: set[int] = field(default_factory=set)
    clock: ClockWatch = field(default_factory=ClockWatch)
    #: what the database's clock said of the verification itself
    read_at: datetime | None = None

    def __post_init__(self) -> None:
        self._by_line: dict[int, list[Seal]] = {}
        for seal in self.seals:
            self._by_line.setdefault(seal.number, []).append(seal)

    def step(self, line: ChainLine) -> None:
        """Read the next line; raise `BrokenError`."""
        if not line.is_true:
            raise BrokenError("son contenu n’est plus celui qui a été écrit.", line)
        if self.last is None:
            self._begin(line)
        else:
            _require_next(self.last, line)
        for seal in self._by_line.get(line.number, ()):
            if seal.hash != line.hash.hex():
                raise BrokenError(
                    f"ce n’est pas la ligne que le scellé du {date_fr(seal.day)} a signée :"
                    " la chaîne a été recalculée.",
                    line,
                )
        self._note(line)

    def finish(self, number: int, hash_: bytes) -> None:
        """Compare the end with the head, and the seals with the lines; raise `BrokenError`."""
        self._require_head_beyond_seals(number)
        self._require_head(number, hash_)
        self._require_sealed_lines()
        self._require_recorded_seals()
        self._require_recorded_purge()
        self._require_recent_seal()

    def _begin(self, line: ChainLine) -> None:
        self.first = line
        if line.previous_hash == ORIGIN:
            return
        purged = next((s for s in self.seals if s.hash == line.previous_hash.hex()), None)
        if purged is None:
            raise BrokenError(
                "le journal commence ici, sans que rien ne scelle la ligne d’avant :"
                " les lignes précédentes manquent.",
                line,
            )
        age = (self.today.year - purged.day.year) * 12 + self.today.month - purged.day.month
        if age <= KEPT_MONTHS:
            raise BrokenError(
                "le journal commence ici : les lignes précédentes ont été supprimées avant l’heure.",
                line,
            )
        self.purged_to = purged.number

    def _note(self, line: ChainLine) -> None:
        self.lines += 1
        self.last = line
        self.clock.step(line)
        if line.number in self._by_line:
            self.met.add(line.number)
        if line.number > (self.seals[-1].number if self.seals else 0):
            self.unsealed = self.unsealed or line
            self.since_seal += 1
        if line.event == Event.JOURNAL_SEALED.value:
            self.recorded_seals[str(line.details.get("seal"))] = str(line.details.get("day"))
        elif line.event == Event.JOURNAL_PURGED.value:
            self.recorded_purges.add(line.details.get("last"))

    def _require_head_beyond_seals(self, number: int) -> None:
        furthest = max(self.seals, key=lambda seal: seal.number, default=None)
        if furthest is not None and number < furthest.number:
            raise BrokenError(
                f"la tête de chaîne est à la ligne {number}, alors que le scellé du {date_fr(furthest.day)} a signé la ligne"
                f" {furthest.number} : elle est revenue en arrière, la fin du journal a été supprimée.",
                self.last,
            )

    def _require_head(self, number: int, hash_: bytes) -> None:
        reached = self.last.number if self.last else 0
        if number > reached:
            raise BrokenError(
                f"les lignes {reached + 1} à {number}, que la tête de chaîne compte, manquent.",
                self.last,
            )
        if number < reached:
            raise BrokenError(
                f"la tête de chaîne s’arrête à la ligne {number} : des lignes ont été insérées"
                " après elle, ou elle a été déplacée.",
                self.last,
            )
        if hash_ != (self.last.hash if self.last else ORIGIN):
            raise BrokenError("la tête de chaîne n’est pas cette dernière ligne.", self.last)

    def _require_sealed_lines(self) -> None:
        for seal in self.seals:
            if seal.number > self.purged_to and seal.number not in self.met:
                raise BrokenError(
                    f"la ligne {seal.number}, que le scellé du {date_fr(seal.day)} a signée, manque :"
                    " la fin du journal a été supprimée.",
                    self.last,
                )

    def _require_recorded_seals(self) -> None:
        sealed = {seal.seal for seal in self.seals}
        for seal, day in self.recorded_seals.items():
            if seal not in sealed:
                raise BrokenError(
                    f"le scellé du {day}, que le journal mentionne,"
                    " manque : le fichier des scellés est absent ou a été raccourci."
                )

    def _require_recorded_purge(self) -> None:
        if self.purged_to and self.purged_to not in self.recorded_purges:
            raise BrokenError(
                "le journal commence ici, et ne dit pas que ce qui précède a été purgé.", self.first
            )

    def _require_recent_seal(self) -> None:
        if self.unsealed is None:
            return
        day = self.unsealed.recorded_at.astimezone(UTC).date()
        if (self.today - day).days >= LATEST_SEAL:
            raise BrokenError(
                "rien ne scelle cette ligne ni celles qui suivent : le fichier des scellés est absent"
                " ou a été raccourci, ou le scellement de chaque nuit ne se fait plus.",
                self.unsealed,
            )


def verify(connection: "Connection[Any]", file: Sequence[Seal], *, key: str, today: date) -> Walk:
    """Verify the entire journal through a connection of the owner, in one snapshot; raise `BrokenError` saying all that is broken.

    ``file`` is the seals of the file, ``today`` is a UTC date. Without a seal in either place the walk has no ``seals``: the
    lines follow one another, and nothing proves them. Memory does not grow with the journal.
    """
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction():
        table = connection.cursor(row_factory=kwargs_row(Seal)).execute(SEALS).fetchall()
        ((moment,),) = connection.execute("select clock_timestamp()").fetchall()
        partitions = {name for (name,) in connection.execute(PARTITIONS).fetchall()}
        wrong = sources.disagreements(file, table, key=key)
        walk = Walk(seals=sources.merged(file, table, key=key), today=today, read_at=moment)
        broken = _walked(connection, walk)
    if broken is not None:
        wrong = [*wrong, broken.message, *_missing(partitions, walk)]
    if wrong:
        raise BrokenError("\n".join(wrong))
    return walk


def _walked(connection: "Connection[Any]", walk: Walk) -> BrokenError | None:
    """Walk the lines to the end, or to the first break, which is returned."""
    ((number, hash_),) = connection.execute(HEAD).fetchall()
    try:
        for line in _lines(connection):
            walk.step(line)
        walk.finish(number, hash_)
    except BrokenError as error:
        return error
    return None


def _missing(partitions: set[str], walk: Walk) -> list[str]:
    """The months with sealed lines whose partition is gone; what is left of the journal may stand in the default one."""
    months = {
        f"journal_{seal.day:%Y_%m}"
        for seal in walk.seals
        if seal.number > walk.purged_to and seal.lines
    }
    gone = sorted(months - partitions)
    return [f"ces partitions n’existent plus : {', '.join(gone)}."] if gone else []


def _lines(connection: "Connection[Any]") -> Iterator[ChainLine]:
    with connection.cursor(name="journal", row_factory=class_row(ChainLine)) as cursor:
        cursor.itersize = BLOCK
        yield from cursor.execute(LINES)


def _require_next(before: ChainLine, line: ChainLine) -> None:
    if line.number == before.number:
        raise BrokenError("deux lignes portent ce numéro : l’une d’elles a été insérée.", line)
    if line.previous_hash == before.hash:
        return
    if line.number > before.number + 1:
        missing = f"la ligne {before.number + 1} manque"
        if line.number > before.number + 2:
            missing = f"les lignes {before.number + 1} à {line.number - 1} manquent"
        raise BrokenError(f"{missing} avant celle-ci.", line)
    raise BrokenError(
        f"elle ne suit pas la ligne {before.number}, récrite ou insérée depuis.", line
    )
