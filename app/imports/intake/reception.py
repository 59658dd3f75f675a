"""Files uploaded from a page: written to disk as they arrive; a worker reads them into a batch that a person reviews."""

import hashlib
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from app.core.errors import DomainError
from app.core.web.uploads import shown_name
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
            for file in sent:
                _keep(session, file, folder)
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


def _keep(session: Session, file: Sent, folder: Path) -> None:
    name = shown_name(file.name)
    path = folder / name
    if identify(path) is None:
        raise DomainError(f"« {name} » n’est pas reçu : {why_ignored(path)}.")
    if path.exists():
        raise DomainError(f"Deux fichiers s’appellent « {name} » : n’en gardez qu’un.")
    digest = _write(file.stream, path)
    if not path.stat().st_size:
        raise DomainError(f"« {name} » est vide : demandez un nouvel envoi au partenaire.")
    former = queries.list_known_files(session, {digest}).get(digest)
    if former is not None:
        what = (
            "attend déjà une décision"
            if former.batch.state is BatchState.WAITING
            else "est déjà importé"
        )
        raise DomainError(f"Le contenu de « {name} » {what} : retirez ce fichier de l’envoi.")


def _write(stream: IO[bytes], path: Path) -> str:
    """Write a stream to ``path``; return its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as target:
        while block := stream.read(CHUNK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()
