"""Settings of an instance, read from the environment and nowhere else.

Every default is safe in production and public; what must not be guessed (a secret, a key) is created once in ``VIGIE_HOME``
with mode 0600 on a private instance, and must be given by the environment when ``VIGIE_ENV=production``.
"""

import os
import secrets
import socket
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
LOOPBACK = ("localhost", "127.0.0.1")


class SettingError(RuntimeError):
    """A setting will not do; the message is French and says what to do."""


class MissingSettingError(SettingError):
    """A setting that production refuses to guess is absent."""


class RefusedSettingError(SettingError):
    """A setting has a value that would not be safe."""


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
    #: where whoever is refused at the door may write, when nobody closer is known
    contact: str | None = None
    #: URL of ProConnect, without a slash at the end; ``None``: local accounts only
    proconnect_issuer: str | None = None
    proconnect_client_id: str = ""
    proconnect_client_secret: str = field(default="", repr=False)
    #: names the service answers to besides that of ``public_url``
    trusted_hosts: tuple[str, ...] = ()
    #: reverse proxies in front, whose word is taken for who asks, how and for which name
    proxies: int = 0
    demo: bool = False
    #: distinct confidential firms read in a day beyond which controllers are told
    daily_readings: int = 100
    searches_per_minute: int = 60
    exports_per_hour: int = 20
    #: what an administrator may send at once from the page of the data
    upload_megabytes: int = 2048

    def __post_init__(self) -> None:
        """Raise `SettingError` on what would let somebody else tell who signs in."""
        if self.proconnect_issuer is not None:
            self._check_proconnect(self.proconnect_issuer)

    def _check_proconnect(self, issuer: str) -> None:
        url = urlsplit(issuer)
        if not (self.proconnect_client_id and self.proconnect_client_secret):
            raise MissingSettingError(
                "VIGIE_PROCONNECT_CLIENT_ID et VIGIE_PROCONNECT_CLIENT_SECRET doivent accompagner VIGIE_PROCONNECT_ISSUER."
            )
        if url.scheme not in {"https", "http"} or not url.hostname or issuer.endswith("/"):
            raise RefusedSettingError(
                "VIGIE_PROCONNECT_ISSUER doit s’écrire https://domaine/api/v2, sans barre à la fin."
            )
        if url.scheme == "http" and not _is_loopback(url.hostname):
            raise RefusedSettingError("VIGIE_PROCONNECT_ISSUER doit commencer par https://.")
        if self.production and (url.scheme == "http" or _is_loopback(url.hostname)):
            raise RefusedSettingError(
                "VIGIE_PROCONNECT_ISSUER désigne cette machine ou n’est pas en https : "
                "VIGIE_ENV=production n’accepte que le vrai ProConnect."
            )

    @property
    def proconnect_origin(self) -> str | None:
        """Scheme, host and port of ProConnect, for the content security policy."""
        if self.proconnect_issuer is None:
            return None
        url = urlsplit(self.proconnect_issuer)
        return f"{url.scheme}://{url.netloc}"

    @classmethod
    def from_env(cls) -> "Config":
        """Read ``VIGIE_*``, ``DATABASE_URL`` and ``DATABASE_APP_URL``; raise `SettingError` when one is missing or unsafe."""
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
            contact=env("VIGIE_CONTACT") or None,
            proconnect_issuer=env("VIGIE_PROCONNECT_ISSUER") or None,
            proconnect_client_id=env("VIGIE_PROCONNECT_CLIENT_ID", ""),
            proconnect_client_secret=env("VIGIE_PROCONNECT_CLIENT_SECRET", ""),
            trusted_hosts=tuple(env("VIGIE_TRUSTED_HOSTS", "").replace(",", " ").split()),
            proxies=int(env("VIGIE_PROXIES", "0")),
            demo=env("VIGIE_DEMO") == "1",
            daily_readings=int(env("VIGIE_DAILY_READINGS", str(cls.daily_readings))),
            searches_per_minute=int(env("VIGIE_SEARCHES_PER_MINUTE", str(cls.searches_per_minute))),
            exports_per_hour=int(env("VIGIE_EXPORTS_PER_HOUR", str(cls.exports_per_hour))),
            upload_megabytes=int(env("VIGIE_UPLOAD_MEGABYTES", str(cls.upload_megabytes))),
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
            # Tasks write addresses too, and no request tells them under which name.
            "SERVER_NAME": urlsplit(self.public_url).netloc,
            "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
            # A comment of 200 kB must reach its form to be refused with a message, its text kept.
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_I18N_ENABLED": False,
            "VIGIE": self,
        }


def _is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, as far as its name tells, in any of the ways of writing an address."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        try:
            # « 127.1 », « 2130706433 »: what the system understands as an address.
            address = ip_address(socket.inet_aton(name))
        except OSError:
            return False
    known = getattr(address, "ipv4_mapped", None) or address
    return known.is_loopback or known.is_unspecified


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
