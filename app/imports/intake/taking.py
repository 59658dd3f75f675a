"""Import what was left in the drop folder or uploaded from a page: read as one batch, removed once archived. Runs in a worker."""

import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import utcnow
from app.imports import services
from app.imports.intake import pipeline, reception
from app.imports.intake.drop_folder import FolderMemory, Look, folder_of, look, recall, remember
from app.imports.services import FileAccount, Start

#: seconds between two looks when somebody asks for an immediate import
PAUSE = 3.0
ORIGIN = "Dossier de dépôt"


def watch(identity: Identity, *, home: Path) -> pipeline.LoadOutcome | None:
    """Look, on schedule: import what has not changed since the last look.

    A refused batch is not retried until its files change.
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
) -> pipeline.LoadOutcome | None:
    """Import the folder on request: a file that changes during the pause is still being copied."""
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


def take_sent(
    identity: Identity, *, number: int, home: Path, started_by: int | None
) -> pipeline.LoadOutcome | None:
    """Read the files of a folder into a batch that waits; return `None` when this was already done."""
    folder = reception.folder_of(home, number)
    if not folder.is_dir():
        return None
    start = Start(origin=reception.ORIGIN, started_by=started_by, is_held=True)
    outcome = pipeline.load(identity, directory=folder, home=home, start=start, waits=True)
    shutil.rmtree(folder)
    return outcome


def _take(
    identity: Identity, now: Look, *, home: Path, memory: FolderMemory, start: Start
) -> pipeline.LoadOutcome:
    """Import the files of a look, and no others, then remove those that were archived."""
    folder = folder_of(home)
    try:
        with TemporaryDirectory(prefix="vigie-depot-") as scratch:
            for name in now.files:
                (Path(scratch) / name).symlink_to((folder / name).resolve())
            outcome = pipeline.load(
                identity, directory=Path(scratch), home=home, start=start, waits=True
            )
    except Exception as failure:
        message = failure.message if isinstance(failure, DomainError) else services.BROKEN
        memory.left, memory.said = now.files, [message]
        remember(home, memory)
        raise
    memory.said = [_message(account, outcome) for account in outcome.accounts]
    memory.left = now.files if outcome.error else {}
    if not outcome.error:
        _empty(folder, now, memory)
    remember(home, memory)
    return outcome


def _empty(folder: Path, now: Look, memory: FolderMemory) -> None:
    """Remove what was archived, unless it has changed since."""
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


def _message(account: FileAccount, outcome: pipeline.LoadOutcome) -> str:
    name = account.received.name
    if outcome.error:
        return (
            f"{name} : {account.report.error}"
            if account.report.error
            else f"{name} : lu, mais le lot est refusé."
        )
    if account.waits_in:
        return f"{name} : contenu déjà reçu, il attend une décision. Rien n’est importé deux fois."
    if account.already_received:
        return f"{name} : contenu déjà importé. Rien n’est importé deux fois."
    return f"{name} : lu, en attente de décision." if outcome.waits else f"{name} : importé."
