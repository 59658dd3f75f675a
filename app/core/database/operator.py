"""What operators read when the instance cannot run: one French sentence saying what to do, no traceback, exit code 1."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import psycopg
from gunicorn.errors import AppImportError
from sqlalchemy.exc import DBAPIError

from app.core.database.binaries import BinariesNotFoundError
from app.core.database.cluster import LocalClusterError
from app.core.database.endpoints import DatabaseError
from app.core.errors import DomainError
from app.core.maintenance.gate import MaintenanceError
from config import SettingError

PREPARE = "Préparez l’instance : flask --app wsgi instance create"
#: disk errors, which an operator can fix; any other system error is a bug, and keeps its traceback
DISK = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.ENOTDIR}
#: SQLSTATE classes: connection, authorisation, unknown database, operator's intervention
UNREACHABLE = ("08", "28", "3D", "57P")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Report in one sentence the errors that an operator can fix, in the block and until the process ends.

    ``FLASK_DEBUG`` keeps the tracebacks.
    """
    if os.environ.get("FLASK_DEBUG"):
        yield
        return
    sys.excepthook = _report
    try:
        yield
    except Exception as error:
        message = sentence(error)
        if message is None or "gunicorn.arbiter" not in sys.modules:
            raise
        # gunicorn catches whatever its application raises: this is the only error it prints without a traceback.
        raise AppImportError(_lines(message)) from None


def sentence(error: BaseException) -> str | None:
    """The sentence for the operator; ``None`` when the error is a bug in Vigie."""
    match error:
        case DatabaseError() | LocalClusterError() | BinariesNotFoundError():
            return str(error)
        case SettingError() | DomainError() | MaintenanceError():
            return str(error)
        case DBAPIError(orig=psycopg.Error() as cause) | (psycopg.Error() as cause):
            return _of_the_server(cause)
        case OSError(errno=number, filename=str(name)) if number in DISK:
            return (
                f"{name} : {os.strerror(number)}. Vérifiez VIGIE_HOME et les droits de son dossier."
            )
    return None


def _of_the_server(error: psycopg.Error) -> str | None:
    cause = " ".join(str(error).split())
    state = error.sqlstate or ""
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return f"Le rôle n’a pas les droits qu’il faut ({cause}). Celui de DATABASE_URL doit posséder la base."
    if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return f"La base n’a pas la forme que cette version attend ({cause}). {PREPARE}"
    if isinstance(error, psycopg.errors.DiskFull):
        return f"Le disque de la base de données est plein ({cause})."
    if not isinstance(error, psycopg.OperationalError) or not (
        state.startswith(UNREACHABLE) or not state
    ):
        return None
    if "does not exist" in cause:
        return f"L’instance n’existe pas encore dans cette base ({cause}). {PREPARE}"
    return f"La base de données ne répond pas ({cause}). Vérifiez DATABASE_URL et que le serveur est démarré."


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    message = sentence(error)
    if message is None:
        sys.__excepthook__(kind, error, trace)
    else:
        sys.stderr.write(f"{_lines(message)}\n")


def _lines(message: str) -> str:
    return "\n".join(f"Erreur : {line}" for line in message.splitlines())
