"""What the web takes of an instance’s settings: Flask’s own, host names, the origin of ProConnect."""

from datetime import timedelta
from urllib.parse import urlsplit

from config.settings import Config

LOOPBACK = ("localhost", "127.0.0.1")


def flask_settings(config: Config) -> dict[str, object]:
    """Flask's own settings that follow from this configuration."""
    secure = config.public_url.startswith("https://")
    return {
        "SECRET_KEY": config.secret_key,
        "SESSION_COOKIE_NAME": "__Host-vigie" if secure else "vigie",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=10),
        "TRUSTED_HOSTS": hosts_of(config),
        # Tasks build URLs too, without a request to take the host name from.
        "SERVER_NAME": urlsplit(config.public_url).netloc,
        "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
        # A 200 kB comment must reach its form, to be refused with a message without losing its text.
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_I18N_ENABLED": False,
        "VIGIE": config,
    }


def hosts_of(config: Config) -> list[str]:
    """The host names the service answers to; in production, loopback names only if they are set."""
    own = [urlsplit(config.public_url).hostname or "", *config.trusted_hosts]
    return own if config.production else [*own, *LOOPBACK]


def proconnect_origin(config: Config) -> str | None:
    """Scheme, host and port of ProConnect, for the content security policy."""
    if config.proconnect_issuer is None:
        return None
    url = urlsplit(config.proconnect_issuer)
    return f"{url.scheme}://{url.netloc}"
