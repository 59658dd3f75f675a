"""Secrets that an address bears, for whoever holds it: drawn once, kept as a digest, so that nobody who reads the database opens it."""

import secrets
from hashlib import sha256


def draw() -> str:
    """Return a new secret, of 32 bytes, which nobody guesses: to be written in one e-mail and kept nowhere."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).digest()
