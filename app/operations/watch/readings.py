"""What was read of the service at one moment: figures and dates, no judgement; never a firm, a person, nor a path."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class QueueReading:
    """The tasks of one name that could run and wait: how many, and for how many seconds the oldest has."""

    task: str
    waiting: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class SourceReading:
    """What is published of a source: its last month, if it has months, when its last file was published, and its usual lag in months."""

    source: str
    label: str
    month: date | None
    published_at: datetime | None
    usual: int | None


@dataclass(frozen=True, kw_only=True)
class ProcessesReading:
    """Whether the tables are those of this version, and whether a clock and a worker are there."""

    tables: bool
    clock: bool
    worker: bool


@dataclass(frozen=True, kw_only=True)
class WorkReading:
    """The queue, task by task, and how many tasks failed for good within the last day."""

    queues: tuple[QueueReading, ...]
    failed: int


@dataclass(frozen=True, kw_only=True)
class MailReading:
    """E-mails that wait, those that the server has refused for an hour, those given up."""

    waiting: int
    late: int
    given_up: int


@dataclass(frozen=True, kw_only=True)
class ImportsReading:
    """The sources, whether the last batch was refused, and how many batches wait for a decision."""

    sources: tuple[SourceReading, ...]
    is_refused: bool
    undecided: int


@dataclass(frozen=True, kw_only=True)
class RunReading:
    """The last run of the detection: its state, its day, when it began, its seconds; whether a model is in service."""

    has_model: bool
    is_failed: bool
    as_of: date | None
    began_at: datetime | None
    seconds: float | None
    #: of the drift that it found: green, orange or red; nothing without a report
    drift: str | None
    is_held_back: bool


@dataclass(frozen=True, kw_only=True)
class EntriesReading:
    """Sign-ins and refusals of the last hour."""

    opened: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class SealsReading:
    """The last sealed day of the journal (UTC), and the day of its first line."""

    sealed: date | None
    first: date | None


@dataclass(frozen=True, kw_only=True)
class KeptReading:
    """The moment that the last whole backup tells of, whether the last try failed; when a restore last passed, whether the last failed."""

    made_at: datetime | None
    is_failed: bool
    proved_at: datetime | None
    is_drill_failed: bool
    #: seconds that the last restore that passed took
    restored_in: float | None


@dataclass(frozen=True, kw_only=True)
class RoomReading:
    """Bytes free and in all on the disk of the instance; connections of the server in use and in all."""

    free: int
    size: int
    connections: int
    most_connections: int


@dataclass(frozen=True, kw_only=True)
class Readings:
    """Everything that was read, and the settings that rules look at."""

    moment: datetime
    processes: ProcessesReading
    work: WorkReading
    mail: MailReading
    imports: ImportsReading
    run: RunReading
    entries: EntriesReading
    seals: SealsReading
    kept: KeptReading
    room: RoomReading
    #: hours after which a backup is late
    backup_hours: int
    #: the last day of the homologation, when it is known
    homologated_until: date | None
