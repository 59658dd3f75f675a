"""Seals: what the journal was at the end of each day, signed with a key that no database holds, kept outside the database.

The file is meant to be shipped elsewhere: whoever rewrites the whole chain cannot rewrite what was sealed of it.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The state of the journal at the end of ``day`` (UTC); hashes in hexadecimal, as in the file."""

    day: date
    #: the last line then, 0 if there was none
    number: int
    hash: str
    #: how many lines since the seal before
    lines: int
    #: the seal before, empty for the first
    previous: str
    seal: str = ""

    def signed(self, key: str) -> "Seal":
        """The same with its signature: HMAC-SHA256 of everything else."""
        return Seal(**{**asdict(self), "seal": self._signature(key)})

    def is_authentic(self, key: str) -> bool:
        """Whether the signature is that of ``key``."""
        return hmac.compare_digest(self.seal, self._signature(key))

    def _signature(self, key: str) -> str:
        told = [self.day.isoformat(), self.number, self.hash, self.lines, self.previous]
        return hmac.new(key.encode(), json.dumps(told).encode(), hashlib.sha256).hexdigest()


class UnreadableSealsError(Exception):
    """A line of the file of seals is not a seal; ``number``, its place in the file, is counted from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"la ligne {number} du fichier des scellés n’est pas un scellé.")


def file_of(home: Path) -> Path:
    """Where an instance keeps its seals."""
    return home / "journal" / "seals.jsonl"


def read(path: Path) -> list[Seal]:
    """Every seal of the file, in order; none if there is no file. Raise `UnreadableSealsError`."""
    if not path.exists():
        return []
    found = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                told = json.loads(line)
                found.append(Seal(**{**told, "day": date.fromisoformat(told["day"])}))
            except (ValueError, TypeError, KeyError):
                raise UnreadableSealsError(number) from None
    return found


def append(path: Path, seals: Iterable[Seal]) -> None:
    """Add ``seals`` to the file, on the disk before returning; a day already there is not doubled."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        known = {seal.day for seal in read(path)}
    except UnreadableSealsError:
        # Verification tells of it; what can still be proved from today on must be.
        known = set()
    added = [_line(seal) for seal in seals if seal.day not in known]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.writelines(added)
        file.flush()
        os.fsync(file.fileno())


def _line(seal: Seal) -> str:
    return json.dumps({**asdict(seal), "day": seal.day.isoformat()}) + "\n"
