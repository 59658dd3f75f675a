"""The folder where partners leave their files: what it holds, and what the last look recorded."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from scoring.data.sources.registry import identify, why_ignored

FOLDER, MEMORY = "depot", "depot.json"
#: names that tools give to files they are still writing
TEMPORARY = re.compile(
    r"^[.~].*|.*(~|\.(part|partial|filepart|tmp|temp|crdownload|download|swp))$", re.IGNORECASE
)

#: size in bytes, and time of the last change in nanoseconds
Trace = list[int]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the folder holds at one moment: partner files and files still being written, with their traces."""

    files: dict[str, Trace]
    temporary: dict[str, Trace]
    unknown: list[str]

    @property
    def traces(self) -> dict[str, Trace]:
        """Every file whose change means that somebody is still copying."""
        return self.files | self.temporary


@dataclass(kw_only=True)
class FolderMemory:
    """What the last look saw, the files left behind by a refused import, and the messages to show."""

    seen: dict[str, Trace] = field(default_factory=dict)
    left: dict[str, Trace] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    looked_at: str | None = None

    @property
    def last_look(self) -> datetime | None:
        """When the scheduler last looked."""
        return datetime.fromisoformat(self.looked_at) if self.looked_at else None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A file of the folder, and what will become of it, in French."""

    name: str
    state: str
    #: whether it will be imported automatically
    is_ready: bool = False


def folder_of(home: Path) -> Path:
    """Return the directory of an instance where partners leave files to be imported."""
    return home / FOLDER


def look(folder: Path) -> Look:
    """Sort what the folder holds; links are not followed, and a file that vanishes meanwhile is left out."""
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


def describe(home: Path) -> tuple[list[Waiting], FolderMemory]:
    """Return what the folder holds, for the page, and what was last recorded about it."""
    now, memory = look(folder_of(home)), recall(home)
    shown = [
        Waiting(
            name=name, state=_state(name, trace, now, memory), is_ready=now.files != memory.left
        )
        for name, trace in now.files.items()
    ]
    shown += [Waiting(name=name, state="En cours de copie") for name in now.temporary]
    shown += [
        Waiting(name=name, state=f"Laissé sur place : {why_ignored(Path(name))}")
        for name in now.unknown
    ]
    return shown, memory


def recall(home: Path) -> FolderMemory:
    """Return what the last look recorded; an empty memory when it cannot be read."""
    try:
        return FolderMemory(**json.loads((home / MEMORY).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return FolderMemory()


def remember(home: Path, memory: FolderMemory) -> None:
    """Record what was seen for the next look."""
    half = home / f"{MEMORY}.half"
    half.write_text(json.dumps(asdict(memory), ensure_ascii=False), encoding="utf-8")
    half.replace(home / MEMORY)


def _state(name: str, trace: Trace, now: Look, memory: FolderMemory) -> str:
    if now.files == memory.left:
        return "Refusé avec son lot : remplacez le fichier en cause"
    if memory.seen.get(name) != trace:
        return "Arrivé depuis le dernier passage"
    return "Prêt"


def waiting_names(waiting: Sequence[Waiting]) -> list[str]:
    """Return the names of the files that will be imported."""
    return [file.name for file in waiting if file.is_ready]
