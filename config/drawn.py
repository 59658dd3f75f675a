"""Secrets that a private instance draws for itself, once."""

import os
import secrets
from pathlib import Path


def drawn(name: str, *, home: Path) -> str:
    """The secret in ``home/secrets``, generated there once by a private instance."""
    path = home / "secrets" / name.lower()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()
