"""The key that opens backups, and what tells, without showing them, whether the other keys of an instance are the right ones."""

import hashlib
import hmac
import os

from pyrage import x25519

from config import Config, MissingSettingError

#: the secrets that an instance cannot do without, and that no backup holds
COMPARED = ("secret_key", "journal_key")
NAME = "vigie_backup_key"


class BackupKey:
    """A secret of age: parts are encrypted to its public half, manifests signed with what is derived from it."""

    def __init__(self, secret: str) -> None:
        """Read a secret, ``AGE-SECRET-KEY-1…``."""
        self.identity = x25519.Identity.from_str(secret)
        self.secret = secret

    @property
    def name(self) -> str:
        """What tells this key from another, and opens nothing."""
        return hashlib.sha256(str(self.identity.to_public()).encode()).hexdigest()[:16]

    def sign(self, content: bytes) -> str:
        """The HMAC-SHA256 of a manifest."""
        return self._hmac(b"manifest", content)

    def fingerprints(self, config: Config) -> dict[str, str]:
        """A digest of each compared secret of ``config``, which only whoever holds this key can compute."""
        return {
            name: self._hmac(name.encode(), str(getattr(config, name)).encode())
            for name in COMPARED
        }

    def _hmac(self, purpose: bytes, content: bytes) -> str:
        key = hmac.digest(self.secret.encode(), b"vigie backup " + purpose, "sha256")
        return hmac.new(key, content, "sha256").hexdigest()


def drawn() -> str:
    """A new secret."""
    return str(x25519.Identity.generate())


def key_of(config: Config) -> BackupKey:
    """The key of an instance; a private one draws its own, once. Raise `MissingSettingError` in production without one."""
    if config.backup_key:
        return BackupKey(config.backup_key)
    if config.production:
        raise MissingSettingError(
            "VIGIE_BACKUP_KEY doit être défini pour sauvegarder, restaurer ou vérifier une sauvegarde : "
            "flask --app wsgi instance backup-key en tire une, à garder hors de cette machine."
        )
    path = config.home / "secrets" / NAME
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return BackupKey(path.read_text())
    with os.fdopen(descriptor, "w") as file:
        file.write(drawn())
    return BackupKey(path.read_text())
