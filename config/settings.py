"""One instance as its settings describe it, and the environment that gives them."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.faults import AbsentValueError, UnfitValueError, setting_error
from config.kinds import (
    Address,
    Count,
    Flag,
    Folder,
    Host,
    Issuer,
    Limit,
    Port,
    PostgresqlUrl,
    Production,
    Sender,
    Site,
    SiteNames,
    Text,
    Wheel,
    is_loopback,
)
from config.names import is_ours, variable

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("localhost", "127.0.0.1")


class Config(BaseModel):
    """One instance: where it lives, what it talks to. Raise `SettingError` on values that will not do."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        hide_input_in_errors=True,
        loc_by_alias=False,
    )

    home: Folder
    production: Production = False
    secret_key: Text = Field(repr=False)
    journal_key: Text = Field(repr=False)
    #: administration URL of a PostgreSQL server; ``None`` means the embedded cluster in ``home``
    database_url: PostgresqlUrl | None = Field(default=None, repr=False)
    #: URL of the role without ownership; ``None`` means Vigie creates it from ``database_url``
    database_app_url: PostgresqlUrl | None = Field(default=None, repr=False)
    smtp_host: Host = "127.0.0.1"
    smtp_port: Port = 8025
    smtp_starttls: Flag = False
    smtp_user: Text | None = None
    smtp_password: Text | None = Field(default=None, repr=False)
    mail_from: Sender = "Vigie <ne-pas-repondre@vigie.invalid>"
    #: without a slash at the end
    public_url: Site = "http://127.0.0.1:5000"
    #: where whoever is refused at the door may write, when nobody closer is known
    contact: Address | None = None
    #: URL of ProConnect, without a slash at the end; ``None``: local accounts only
    proconnect_issuer: Issuer | None = None
    proconnect_client_id: Text = ""
    proconnect_client_secret: Text = Field(default="", repr=False)
    #: names the service answers to besides that of ``public_url``
    trusted_hosts: SiteNames = ()
    #: reverse proxies in front, whose word is taken for who asks, how and for which name
    proxies: Count = 0
    demo: Flag = False
    #: distinct confidential firms read in a day beyond which controllers are told
    daily_readings: Limit = 100
    searches_per_minute: Limit = 60
    exports_per_hour: Limit = 20
    #: what an administrator may send at once from the page of the data
    upload_megabytes: Limit = 2048

    @field_validator("public_url")
    @classmethod
    def _demand_https_in_production(cls, url: str, others: ValidationInfo) -> str:
        """Otherwise the cookie of a session would go in clear."""
        if others.data.get("production") and not url.startswith("https://"):
            raise UnfitValueError("doit commencer par https:// lorsque VIGIE_ENV=production")
        return url

    @field_validator("proconnect_issuer")
    @classmethod
    def _demand_the_true_proconnect(cls, issuer: str | None, others: ValidationInfo) -> str | None:
        """Otherwise somebody else would tell who signs in."""
        if issuer is None:
            return None
        url = urlsplit(issuer)
        is_here = is_loopback(url.hostname or "")
        if url.scheme == "http" and not is_here:
            raise UnfitValueError("doit commencer par https://")
        if others.data.get("production") and (url.scheme == "http" or is_here):
            raise UnfitValueError(
                "désigne cette machine ou n’est pas en https : VIGIE_ENV=production n’accepte que le vrai ProConnect"
            )
        return issuer

    @field_validator("proconnect_client_id", "proconnect_client_secret")
    @classmethod
    def _demand_what_proconnect_gave(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("proconnect_issuer") and not value:
            raise AbsentValueError("doit accompagner VIGIE_PROCONNECT_ISSUER")
        return value

    @model_validator(mode="wrap")
    @classmethod
    def _tell_in_french(cls, given: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return validate(given)
        except ValidationError as error:
            # From None: the original names the library's own rules, in English.
            raise setting_error(error, settings=cls.model_fields) from None

    @classmethod
    def from_env(cls) -> "Config":
        """Read the environment; raise `SettingError` that says everything missing, refused or unknown."""
        return _Environment().config()

    def replace(self, **changes: Any) -> "Config":
        """The same instance but for ``changes``, checked as a new one."""
        return Config(**{**dict(self), **changes})

    @property
    def proconnect_origin(self) -> str | None:
        """Scheme, host and port of ProConnect, for the content security policy."""
        if self.proconnect_issuer is None:
            return None
        url = urlsplit(self.proconnect_issuer)
        return f"{url.scheme}://{url.netloc}"

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


class _Environment(Config, BaseSettings):
    """The same settings under the names and with the defaults that an operator knows."""

    model_config = SettingsConfigDict(alias_generator=variable, case_sensitive=True)

    home: Folder = ROOT / "var"
    # Drawn by a private instance, see `config`.
    secret_key: Text = Field(default="", repr=False)
    journal_key: Text = Field(default="", repr=False)
    #: only checked here: `app.core.database.binaries` reads it, for clusters that belong to no instance too
    pg: Wheel | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_every_name(cls, read: dict[str, str]) -> dict[str, str]:
        """Add the names that are not declared, for them to be refused; a blank variable is an unset one."""
        ours = {name: value for name, value in os.environ.items() if is_ours(name)}
        given = {name: value.strip() for name, value in {**ours, **read}.items()}
        return {name: value for name, value in given.items() if value}

    @field_validator("secret_key", "journal_key")
    @classmethod
    def _demand_secrets_in_production(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("production") and not value:
            raise AbsentValueError("doit être défini lorsque VIGIE_ENV=production")
        return value

    def config(self) -> Config:
        """The instance, with the secrets that it has drawn or draws now."""
        given = self.model_dump(exclude={"pg"})
        for name in ("secret_key", "journal_key"):
            given[name] = given[name] or _drawn(variable(name), home=self.home)
        return Config(**given)


def _drawn(name: str, *, home: Path) -> str:
    """The secret in ``home/secrets``, where a private instance creates it once."""
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


#: every variable that `Config.from_env` reads, in the order in which faults are told
VARIABLES = tuple(variable(setting) for setting in _Environment.model_fields)
