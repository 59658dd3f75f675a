"""Daily seals: the state of the journal at the end of each day, kept outside the database, signed with a key it does not hold.

The file is meant to be shipped elsewhere: an attacker who rewrites the entire chain cannot rewrite its seals.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The state of the journal at the end of ``day`` (UTC); hashes in hexadecimal, as in the file."""

    day: date
    #: the last line at the time, 0 if there was none
    number: int
    hash: str
    #: how many lines since the previous seal
    lines: int
    #: the previous seal, empty for the first
    previous: str
    seal: str = ""

    def signed(self, key: str) -> "Seal":
        """Return the seal with its signature: HMAC-SHA256 of everything else."""
        return Seal(**{**asdict(self), "seal": self._signature(key)})

    def is_authentic(self, key: str) -> bool:
        """Return whether the signature was made with ``key``."""
        return hmac.compare_digest(self.seal, self._signature(key))

    def _signature(self, key: str) -> str:
        values = [self.day.isoformat(), self.number, self.hash, self.lines, self.previous]
        return hmac.new(key.encode(), json.dumps(values).encode(), hashlib.sha256).hexdigest()


#: what a seal is made of, in the file and in the log
SHIPPED = tuple(field.name for field in fields(Seal))
#: the line of the log that carries a seal
LOGGED = "journal sealed"


class UnreadableSealsError(Exception):
    """A line of the file of seals is not a seal; ``number`` is its place in the file, from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"la ligne {number} du fichier des scellés n’est pas un scellé.")


def file_of(home: Path) -> Path:
    """Return where an instance keeps its seals."""
    return home / "journal" / "seals.jsonl"


def read(path: Path) -> list[Seal]:
    """Return the seals of the file, in order; none if there is no file. Raise `UnreadableSealsError`.

    The file is that of the seals, or the log of an instance in production: its other lines are passed over.
    """
    if not path.exists():
        return []
    seals = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                values = json.loads(line)
                if values.get("event", LOGGED) == LOGGED:
                    told = {name: values[name] for name in SHIPPED}
                    seals.append(Seal(**{**told, "day": date.fromisoformat(told["day"])}))
            except (ValueError, TypeError, KeyError, AttributeError):
                raise UnreadableSealsError(number) from None
    return seals


def append(path: Path, seals: Iterable[Seal]) -> None:
    """Append ``seals`` to the file, flushed to disk before returning; a day already there is not duplicated."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        sealed_days = {seal.day for seal in read(path)}
    except UnreadableSealsError:
        # Verification reports it; from today on, what can still be proved must be.
        sealed_days = set()
    added = [_line(seal) for seal in seals if seal.day not in sealed_days]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.writelines(added)
        file.flush()
        os.fsync(file.fileno())


def _line(seal: Seal) -> str:
    return json.dumps({**asdict(seal), "day": seal.day.isoformat()}) + "\n"
