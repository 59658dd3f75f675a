"""The folder where partners' files are left: taken as one batch once nothing moves, removed once archived."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import utcnow
from app.imports import services
from app.imports.intake import pipeline
from app.imports.services import FileAccount, Start
from scoring.data.importing import identify

FOLDER, MEMORY = "depot", "depot.json"
ORIGIN = "Dossier de dépôt"
#: names that tools give to what they are still writing
TEMPORARY = re.compile(
    r"^[.~].*|.*(~|\.(part|partial|filepart|tmp|temp|crdownload|download|swp))$", re.IGNORECASE
)
#: seconds between two looks when somebody asks for the import at once
PAUSE = 3.0

#: size in bytes, and moment of the last change in nanoseconds
Trace = list[int]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the folder holds at a moment: partner files and files still being written, with their traces."""

    files: dict[str, Trace]
    temporary: dict[str, Trace]
    unknown: list[str]

    @property
    def traces(self) -> dict[str, Trace]:
        """Everything whose change means that somebody is still copying."""
        return self.files | self.temporary


@dataclass(kw_only=True)
class Memory:
    """What was seen at the last look, the files an import left because it was refused, and what is to be said."""

    seen: dict[str, Trace] = field(default_factory=dict)
    left: dict[str, Trace] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    looked_at: str | None = None

    @property
    def last_look(self) -> datetime | None:
        """When the clock last looked."""
        return datetime.fromisoformat(self.looked_at) if self.looked_at else None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A file of the folder, and what becomes of it in French."""

    name: str
    state: str
    #: whether it will be imported by itself
    is_ready: bool = False


def folder_of(home: Path) -> Path:
    """The directory of an instance where partners' files are left to be imported."""
    return home / FOLDER


def look(folder: Path) -> Look:
    """Sort what the folder holds; links are not followed, a file that vanishes meanwhile is not there."""
    files: dict[str, Trace] = {}
    temporary: dict[str, Trace] = {}
    unknown = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        try:
            stat = path.lstat()
        except FileNotFoundError:
            continue
        trace = [stat.st_size, stat.st_mtime_ns]
        is_plain = path.is_file() and not path.is_symlink()
        if is_plain and TEMPORARY.fullmatch(path.name):
            temporary[path.name] = trace
        elif is_plain and identify(path) is not None:
            files[path.name] = trace
        else:
            unknown.append(path.name)
    return Look(files=files, temporary=temporary, unknown=unknown)


def watch(identity: Identity, *, home: Path) -> pipeline.Outcome | None:
    """Look, as the clock asks: import what has not moved since the last look.

    A batch that was refused is not tried again before its files change.
    """
    memory, now = recall(home), look(folder_of(home))
    is_quiet = memory.seen == now.traces
    memory.seen, memory.looked_at = now.traces, utcnow().isoformat()
    if not now.files:
        memory.left = {}
    remember(home, memory)
    if not now.files or not is_quiet or memory.left == now.files:
        return None
    return _take(identity, now, home=home, memory=memory, start=Start(origin=ORIGIN))


def take_now(
    identity: Identity, *, home: Path, started_by: int | None, pause: float = PAUSE
) -> pipeline.Outcome | None:
    """Import the folder because somebody asks: what moves during a pause is still being copied."""
    before = look(folder_of(home))
    time.sleep(pause)
    memory, now = recall(home), look(folder_of(home))
    memory.seen, memory.looked_at = now.traces, utcnow().isoformat()
    if before.traces != now.traces:
        memory.said = [
            "Un fichier est encore en cours de copie : l’import attendra qu’elle finisse."
        ]
        memory.left = {}
        remember(home, memory)
        return None
    if not now.files:
        memory.said = ["Le dossier ne contient aucun fichier partenaire."]
        remember(home, memory)
        return None
    start = Start(origin=ORIGIN, started_by=started_by)
    return _take(identity, now, home=home, memory=memory, start=start)


def describe(home: Path) -> tuple[list[Waiting], Memory]:
    """What the folder holds, for whoever looks at the page, and what was last said of it."""
    now, memory = look(folder_of(home)), recall(home)
    shown = [
        Waiting(
            name=name, state=_state(name, trace, now, memory), is_ready=now.files != memory.left
        )
        for name, trace in now.files.items()
    ]
    shown += [Waiting(name=name, state="En cours de copie") for name in now.temporary]
    shown += [
        Waiting(name=name, state="Nom inconnu d’aucune source : laissé sur place")
        for name in now.unknown
    ]
    return shown, memory


def recall(home: Path) -> Memory:
    """What is remembered; nothing when it cannot be read."""
    try:
        return Memory(**json.loads((home / MEMORY).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return Memory()


def remember(home: Path, memory: Memory) -> None:
    """Keep what was seen for the next look."""
    half = home / f"{MEMORY}.half"
    half.write_text(json.dumps(asdict(memory), ensure_ascii=False), encoding="utf-8")
    half.replace(home / MEMORY)


def _take(
    identity: Identity, now: Look, *, home: Path, memory: Memory, start: Start
) -> pipeline.Outcome:
    """Import the files of a look, and those alone, then remove what is kept elsewhere."""
    folder = folder_of(home)
    try:
        with TemporaryDirectory(prefix="vigie-depot-") as scratch:
            for name in now.files:
                (Path(scratch) / name).symlink_to((folder / name).resolve())
            outcome = pipeline.load(
                identity, directory=Path(scratch), home=home, start=start, waits=True
            )
    except Exception as failure:
        said = failure.message if isinstance(failure, DomainError) else services.BROKEN
        memory.left, memory.said = now.files, [said]
        remember(home, memory)
        raise
    memory.said = [_told(account, outcome) for account in outcome.accounts]
    memory.left = now.files if outcome.error else {}
    if not outcome.error:
        _empty(folder, now, memory)
    remember(home, memory)
    return outcome


def _empty(folder: Path, now: Look, memory: Memory) -> None:
    """Remove what was archived, unless it changed since."""
    for name, trace in now.files.items():
        path = folder / name
        try:
            stat = path.lstat()
            if [stat.st_size, stat.st_mtime_ns] == trace:
                path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            memory.left = now.files
            memory.said.append(f"{name} n’a pas pu être retiré du dossier ({error.strerror}).")


def _told(account: FileAccount, outcome: pipeline.Outcome) -> str:
    name = account.received.name
    if outcome.error:
        return (
            f"{name} : {account.error}"
            if account.error
            else f"{name} : lu, mais le lot est refusé."
        )
    if account.waits_in:
        return f"{name} : contenu déjà reçu, il attend une décision. Rien n’est importé deux fois."
    if account.known:
        return f"{name} : contenu déjà importé. Rien n’est importé deux fois."
    return f"{name} : lu, en attente de décision." if outcome.waits else f"{name} : importé."


def _state(name: str, trace: Trace, now: Look, memory: Memory) -> str:
    if now.files == memory.left:
        return "Refusé avec son lot : remplacez le fichier en cause"
    if memory.seen.get(name) != trace:
        return "Arrivé depuis le dernier passage"
    return "Prêt"


def waiting_names(waiting: Sequence[Waiting]) -> list[str]:
    """The names of the files that will be imported."""
    return [file.name for file in waiting if file.is_ready]
