"""Encrypting and opening a part, as it flows: the format of age (C2SP), by its library.

age cuts what it encrypts into blocks that are authenticated one by one, the last one marked: a block changed, moved or missing is told.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import fdopen, pipe
from typing import IO, Protocol

import pyrage

from app.core.errors import DomainError
from app.operations.sets.keys import BackupKey

DAMAGED = "La sauvegarde est abîmée : une de ses parties n’est plus celle qui a été écrite. Prenez-en une autre."
WRONG_KEY = "Cette clé n’ouvre pas cette sauvegarde : donnez celle de l’instance sauvegardée (VIGIE_BACKUP_KEY)."


class Writable(Protocol):
    """What a stream is written to."""

    def write(self, block: bytes, /) -> object:
        """Take a block."""

    def flush(self) -> None:
        """Hand over what was taken."""


class DigestingStream:
    """A stream that counts and digests what goes through, and remembers why it stopped."""

    def __init__(self, target: Writable) -> None:
        """Write to ``target``."""
        self._target = target
        self._digest = hashlib.sha256()
        self.size = 0
        self.error: Exception | None = None

    def write(self, block: bytes) -> int:
        """Pass a block on."""
        try:
            self._target.write(block)
        except Exception as error:
            # The library tells its own error, which does not say what happened.
            self.error = error
            raise
        self._digest.update(block)
        self.size += len(block)
        return len(block)

    def flush(self) -> None:
        """Pass it on."""
        self._target.flush()

    @property
    def sha256(self) -> str:
        """The digest of what went through."""
        return self._digest.hexdigest()


def encrypt(source: IO[bytes], target: Writable, key: BackupKey) -> DigestingStream:
    """Encrypt ``source`` into ``target``; return what was written. Raise the error of ``target``."""
    written = DigestingStream(target)
    try:
        pyrage.encrypt_io(source, written, [key.identity.to_public()])
    except pyrage.EncryptError:
        raise written.error or DomainError("Le chiffrement de la sauvegarde a échoué.") from None
    return written


def decrypt(source: IO[bytes], target: Writable, key: BackupKey) -> DigestingStream:
    """Open ``source`` into ``target``; raise `DomainError` when it is not what the key encrypted, or the error of ``target``."""
    opened = DigestingStream(target)
    try:
        pyrage.decrypt_io(source, opened, [key.identity])
    except pyrage.DecryptError:
        raise opened.error or DomainError(WRONG_KEY) from None
    except OSError as error:
        raise opened.error or DomainError(DAMAGED) from error
    return opened


@contextmanager
def flowing(produce: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """What ``produce`` writes, to be read as it comes; its error is raised at the end of the block, or the block's own."""
    reading, writing = pipe()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with fdopen(writing, "wb") as target:
                produce(target)
        except BaseException as error:  # noqa: BLE001 - raised below, in the thread of the caller
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        with fdopen(reading, "rb") as source:
            yield source
    except BaseException as error:
        thread.join()
        # Whoever produces knows why; the reader only met an end too early.
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise failed[0] from error
        raise
    thread.join()
    # A reader that had enough closes early, which is no failure.
    if failed and not isinstance(failed[0], BrokenPipeError):
        raise failed[0]
