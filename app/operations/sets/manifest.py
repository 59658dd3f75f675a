"""What a backup says of itself, sealed with its key: digests of its parts, rows of each table, rules of the database."""

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from app.core.errors import DomainError
from app.operations.sets.keys import BackupKey
from app.operations.sets.sealed import WRONG_KEY

FORMAT = 1
CHANGED = "Le manifeste de la sauvegarde n’est pas celui qui a été écrit : elle a été modifiée. Prenez-en une autre."


@dataclass(frozen=True, kw_only=True)
class BackupPart:
    """A file of a backup: its bytes as written, their SHA-256, and its bytes once opened."""

    name: str
    size: int
    sha256: str
    plain_size: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A backup. ``made_at`` is the moment it tells of: what was committed before is in it, nothing else."""

    name: str
    made_at: datetime
    #: the last migration of the database
    migration: str
    #: major version of the server
    postgresql: int
    #: the role of the application, which the grants of the dump name
    app_role: str
    #: table → rows
    tables: dict[str, int]
    #: digest of the row-level security, the policies and the grants; of what the policies say
    rules: str
    conditions: str
    files: int
    parts: tuple[BackupPart, ...]
    #: secret → what tells whether it is the same
    keys: dict[str, str]
    opened_by: str

    @property
    def size(self) -> int:
        """Its bytes on the disk, but for the manifest."""
        return sum(part.size for part in self.parts)

    @property
    def plain_size(self) -> int:
        """Its bytes once opened."""
        return sum(part.plain_size for part in self.parts)


def written(manifest: Manifest, key: BackupKey) -> bytes:
    """The manifest as a file: what it says, then its seal."""
    facts = {**asdict(manifest), "format": FORMAT, "made_at": manifest.made_at.isoformat()}
    body = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return json.dumps({"body": body, "seal": key.sign(body.encode())}).encode()


def read(content: bytes, key: BackupKey | None) -> Manifest:
    """The manifest in a file; raise `DomainError` when ``key`` did not seal it. Without a key, nothing is proved."""
    try:
        envelope = json.loads(content)
        body, seal = str(envelope["body"]), str(envelope["seal"])
        facts = json.loads(body)
        if facts.pop("format") != FORMAT:
            raise DomainError("Cette sauvegarde vient d’une version de Vigie plus récente.")
        parts = tuple(BackupPart(**part) for part in facts.pop("parts"))
        made_at = datetime.fromisoformat(facts.pop("made_at"))
        manifest = Manifest(**facts, parts=parts, made_at=made_at)
    except (ValueError, KeyError, TypeError):
        raise DomainError(CHANGED) from None
    if key is not None:
        if key.name != manifest.opened_by:
            raise DomainError(WRONG_KEY)
        if not hmac.compare_digest(key.sign(body.encode()), seal):
            raise DomainError(CHANGED)
    return manifest
