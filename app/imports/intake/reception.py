"""Files uploaded from a page: written to disk as they arrive; a worker reads them into a batch that a person reviews."""

import hashlib
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from app.core.errors import DomainError
from app.core.web.files.uploads import shown_name
from app.imports import queries
from app.imports.intake import faults
from app.imports.models import BatchState
from scoring.data.sources.registry import SOURCES, identify, why_ignored

FOLDER = "envois"
ORIGIN = "Envoi"
CHUNK = 1 << 20
#: uploads still unread after this many seconds never will be: their job was abandoned
FORGOTTEN = 7 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Sent:
    """An uploaded file: its name in the request, and its bytes."""

    name: str
    stream: IO[bytes]


def receive(session: Session, sent: Sequence[Sent], *, home: Path) -> int:
    """Store the files of a request; return the number of their folder.

    Raises `DomainError`, naming the file, when one belongs to no source, appears twice, is empty or
    was already received: nothing is then stored.
    """
    number = secrets.randbelow(2**31)
    folder = folder_of(home, number)
    folder.mkdir(parents=True, mode=0o700)
    try:
        with faults.explained():
            kept = {file.name: _keep(file, folder) for file in map(_named, sent)}
            _refuse_known(session, kept)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return number


def folder_of(home: Path, number: int) -> Path:
    """Return where the files of a request are stored until they are read."""
    return home / FOLDER / str(number)


def forget(home: Path) -> None:
    """Remove what was uploaded long ago and never read."""
    for folder in (home / FOLDER).glob("[0-9]*"):
        if folder.stat().st_mtime < time.time() - FORGOTTEN:
            shutil.rmtree(folder)


def source_titles() -> list[str]:
    """Return the sources that a file may belong to, in French."""
    return [source.title for source in SOURCES.values()]


def _named(file: Sent) -> Sent:
    return replace(file, name=shown_name(file.name))


def _keep(file: Sent, folder: Path) -> str:
    """Store a file; return the digest of its content."""
    path = folder / file.name
    if identify(path) is None:
        raise DomainError(f"« {file.name} » n’est pas reçu : {why_ignored(path)}.")
    if path.exists():
        raise DomainError(f"Deux fichiers s’appellent « {file.name} » : n’en gardez qu’un.")
    digest = _write(file.stream, path)
    if not path.stat().st_size:
        raise DomainError(f"« {file.name} » est vide : demandez un nouvel envoi au partenaire.")
    return digest


def _refuse_known(session: Session, kept: Mapping[str, str]) -> None:
    """Raise `DomainError` for a content already received, unless another file of its source is new.

    A batch replaces an entire source: an original comes again with its corrected lines.
    """
    known = queries.list_known_files(session, set(kept.values()))
    renewed = {_source_of(name) for name, digest in kept.items() if digest not in known}
    for name, digest in kept.items():
        if digest in known and _source_of(name) not in renewed:
            what = (
                "attend déjà une décision"
                if known[digest].batch.state is BatchState.WAITING
                else "est déjà importé"
            )
            raise DomainError(f"Le contenu de « {name} » {what} : retirez ce fichier de l’envoi.")


def _source_of(name: str) -> str | None:
    source = identify(Path(name))
    return None if source is None else source.name


def _write(stream: IO[bytes], path: Path) -> str:
    """Write a stream to ``path``; return its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as target:
        while block := stream.read(CHUNK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()
