"""Operating-system failures in the middle of an import, explained in one French sentence."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from app.core.errors import DomainError
from scoring.data.store import LakeStoreError

FULL = "Le disque est plein : libérez de la place, puis relancez l’import. Rien n’a été publié."
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
#: SQLSTATE disk_full
DISK_FULL = "53100"


def sentence(failure: BaseException | None) -> str | None:
    """Return the message for a failure that somebody can fix; `None` for a bug in Vigie."""
    while failure is not None:
        if _is_full(failure):
            return FULL
        if isinstance(failure, LakeStoreError):
            return str(failure)
        failure = failure.__cause__ or failure.__context__
    return None


@contextmanager
def explained() -> Iterator[None]:
    """Raise `DomainError` in place of a failure that has a `sentence`."""
    try:
        yield
    except Exception as failure:
        message = sentence(failure)
        if message is None or isinstance(failure, DomainError):
            raise
        raise DomainError(message) from failure


def _is_full(failure: BaseException) -> bool:
    if isinstance(failure, OSError):
        return failure.errno in NO_SPACE
    if isinstance(failure, DBAPIError):
        return getattr(failure.orig, "sqlstate", None) == DISK_FULL
    # DuckDB has no code for it, only the message of the system.
    return "No space left on device" in str(failure) or "Disk quota exceeded" in str(failure)
