"""Settings of an instance, read from the environment and nowhere else.

Every default is safe in production and public; what must not be guessed (a secret, a key) is created once in ``VIGIE_HOME``
with mode 0600 on a private instance, and must be given by the environment when ``VIGIE_ENV=production``.
"""

import os
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
LOOPBACK = ("localhost", "127.0.0.1")


class MissingSettingError(RuntimeError):
    """A setting that production refuses to guess is absent."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """One instance: where it lives, what it talks to."""

    home: Path
    production: bool = False
    secret_key: str = field(repr=False)
    journal_key: str = field(repr=False)
    #: administration URL of a PostgreSQL server; ``None`` means the embedded cluster in ``home``
    database_url: str | None = field(default=None, repr=False)
    #: URL of the role without ownership; ``None`` means Vigie creates it from ``database_url``
    database_app_url: str | None = field(default=None, repr=False)
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 8025
    smtp_starttls: bool = False
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    mail_from: str = "Vigie <ne-pas-repondre@vigie.invalid>"
    public_url: str = "http://127.0.0.1:5000"
    #: names the service answers to besides that of ``public_url``
    trusted_hosts: tuple[str, ...] = ()
    demo: bool = False

    @classmethod
    def from_env(cls) -> "Config":
        """Read ``VIGIE_*``, ``DATABASE_URL`` and ``DATABASE_APP_URL``; raise `MissingSettingError` when production lacks a secret."""
        home = Path(os.environ.get("VIGIE_HOME") or ROOT / "var").resolve()
        production = os.environ.get("VIGIE_ENV") == "production"
        env = os.environ.get
        return cls(
            home=home,
            production=production,
            secret_key=_secret("VIGIE_SECRET_KEY", home=home, production=production),
            journal_key=_secret("VIGIE_JOURNAL_KEY", home=home, production=production),
            database_url=env("DATABASE_URL") or None,
            database_app_url=env("DATABASE_APP_URL") or None,
            smtp_host=env("VIGIE_SMTP_HOST", "127.0.0.1"),
            smtp_port=int(env("VIGIE_SMTP_PORT", "8025")),
            smtp_starttls=env("VIGIE_SMTP_STARTTLS") == "1",
            smtp_user=env("VIGIE_SMTP_USER") or None,
            smtp_password=env("VIGIE_SMTP_PASSWORD") or None,
            mail_from=env("VIGIE_MAIL_FROM", cls.mail_from),
            public_url=env("VIGIE_PUBLIC_URL", cls.public_url),
            trusted_hosts=tuple(env("VIGIE_TRUSTED_HOSTS", "").replace(",", " ").split()),
            demo=env("VIGIE_DEMO") == "1",
        )

    @property
    def hosts(self) -> list[str]:
        """The names the service answers to; in production the loopback is not one unless it is given."""
        own = [urlsplit(self.public_url).hostname or "", *self.trusted_hosts]
        return own if self.production else [*own, *LOOPBACK]

    def flask_settings(self) -> dict[str, object]:
        """Flask's own settings that follow from this configuration."""
        secure = self.public_url.startswith("https://")
        return {
            "SECRET_KEY": self.secret_key,
            "SESSION_COOKIE_NAME": "__Host-vigie" if secure else "vigie",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=10),
            "TRUSTED_HOSTS": self.hosts,
            "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
            # A comment of 200 kB must reach its form to be refused with a message, its text kept.
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_I18N_ENABLED": False,
            "VIGIE": self,
        }


def _secret(name: str, *, home: Path, production: bool) -> str:
    """A secret from the environment, else from ``home/secrets``, where a private instance creates it once."""
    value = os.environ.get(name)
    if value:
        return value
    if production:
        raise MissingSettingError(f"{name} doit être défini lorsque VIGIE_ENV=production.")
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
