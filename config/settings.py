"""The settings of an instance, and their reading from the environment."""

import os
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

from config.drawn import drawn
from config.faults import AbsentValueError, MissingSettingError, UnfitValueError, setting_error
from config.kinds import (
    Address,
    BackupKey,
    Budget,
    Count,
    Day,
    Flag,
    Folder,
    Host,
    Issuer,
    LakeUrl,
    Limit,
    Line,
    Port,
    PostgresqlUrl,
    Production,
    Retention,
    Sender,
    Site,
    SiteNames,
    Text,
    Token,
    Wheel,
    is_loopback,
)
from config.names import is_ours, variable

ROOT = Path(__file__).resolve().parent.parent
#: characters of a key in production, and how many different ones: what a hand types has fewer
SHORTEST_KEY = 32
FEWEST_CHARACTERS = 10


class Config(BaseModel):
    """One instance: where it lives, what it talks to. Raise `SettingError` on invalid values."""

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
    #: empty where nothing is sealed nor verified: in the web process always, in the clock of a production
    journal_key: Text = Field(default="", repr=False)
    #: URL of the owner role on a PostgreSQL server; only commands and migrations need it. Without either URL, the embedded cluster
    #: in ``home`` is used
    database_url: PostgresqlUrl | None = Field(default=None, repr=False)
    #: URL of the role that owns nothing; ``None`` means Vigie creates it from ``database_url``
    database_app_url: PostgresqlUrl | None = Field(default=None, repr=False)
    #: URL of the application's role on a streaming replica, for the pages that may be read late; how many seconds they may be
    database_read_url: PostgresqlUrl | None = Field(default=None, repr=False)
    replica_seconds: Limit = 10
    #: URL of a role that reads every row, for backups on a server
    database_backup_url: PostgresqlUrl | None = Field(default=None, repr=False)
    smtp_host: Host = "127.0.0.1"
    smtp_port: Port = 8025
    smtp_starttls: Flag = False
    smtp_user: Text | None = None
    smtp_password: Text | None = Field(default=None, repr=False)
    mail_from: Sender = "Vigie <ne-pas-repondre@vigie.invalid>"
    #: without a trailing slash
    public_url: Site = "http://127.0.0.1:5000"
    #: whom people refused at sign-in may write to, when there is no contact in their administration
    contact: Address | None = None
    #: who answers for this instance, in its legal notice; empty: said to be missing there
    publisher: Line = ""
    publication_director: Line = ""
    hosting: Line = ""
    #: whom faults are told to, in security.txt; without one, ``contact``
    security_contact: Address | None = None
    #: what the service costs each year, in euros
    budget: Budget = ()
    #: URL of ProConnect, without a trailing slash; ``None``: local accounts only
    proconnect_issuer: Issuer | None = None
    proconnect_client_id: Text = ""
    proconnect_client_secret: Text = Field(default="", repr=False)
    #: host names the service answers to in addition to that of ``public_url``
    trusted_hosts: SiteNames = ()
    #: number of reverse proxies in front, trusted for the client's address, the scheme and the host
    proxies: Count = 0
    demo: Flag = False
    #: number of distinct confidential firms read in a day beyond which controllers are alerted
    daily_readings: Limit = 100
    #: number of confidential firms shown by lists and exports in a day beyond which controllers are alerted
    daily_listed: Limit = 1_000
    searches_per_minute: Limit = 60
    exports_per_hour: Limit = 20
    #: agendas ask every quarter of an hour, and an agent has a few of them
    calendar_readings_per_hour: Limit = 60
    #: by the tools of an agent, all their tokens together
    api_readings_per_minute: Limit = 60
    #: requests that the public guichet takes from one network; a chamber of trade may send many
    guichet_per_hour: Limit = 30
    #: months after the end of a request, when what it says of people is erased
    guichet_months: Limit = 24
    #: maximum size of an administrator's upload on the data page
    upload_megabytes: Limit = 2048
    #: what opens the backups, an age identity; empty where nothing is backed up nor restored
    backup_key: BackupKey = Field(default="", repr=False)
    #: where backups go; how many stay, daily, weekly and monthly; hours after which the last one is late
    backup_to: Folder | None = None
    backup_keep: Retention = (7, 5, 12)
    backup_hours: Limit = 26
    #: what whoever reads the metrics says; empty: there are none to read
    metrics_token: Token = Field(default="", repr=False)
    #: the last day of the homologation of this instance
    homologation_until: Day | None = None

    #: a bucket that holds the lake for every host; ``None``: it is in ``home``. Without a key, those of the machine are used
    lake_url: LakeUrl | None = None
    lake_endpoint: Site | None = None
    lake_key: Text | None = None
    lake_secret: Text | None = Field(default=None, repr=False)

    @field_validator("smtp_password")
    @classmethod
    def _require_secrecy_on_the_way(
        cls, password: str | None, others: ValidationInfo
    ) -> str | None:
        """Refuse to send the password in clear further than this machine."""
        host = others.data.get("smtp_host")
        leaves = host is not None and not is_loopback(host)
        if password and leaves and others.data.get("smtp_starttls") is False:
            raise UnfitValueError(
                "exige VIGIE_SMTP_STARTTLS=1 : il passerait en clair jusqu’au serveur de courriels"
            )
        return password

    @field_validator("public_url")
    @classmethod
    def _require_https_in_production(cls, url: str, others: ValidationInfo) -> str:
        """Refuse HTTP: session cookies would travel in clear."""
        if others.data.get("production") and not url.startswith("https://"):
            raise UnfitValueError("doit commencer par https:// lorsque VIGIE_ENV=production")
        return url

    @field_validator("proconnect_issuer")
    @classmethod
    def _require_genuine_proconnect(cls, issuer: str | None, others: ValidationInfo) -> str | None:
        """Refuse a provider that somebody else could impersonate: they would decide who signs in."""
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
    def _require_proconnect_credentials(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("proconnect_issuer") and not value:
            raise AbsentValueError("doit accompagner VIGIE_PROCONNECT_ISSUER")
        return value

    @field_validator("lake_endpoint")
    @classmethod
    def _require_secret_lake(cls, endpoint: str | None, others: ValidationInfo) -> str | None:
        """Refuse to send partners' data in clear to another machine."""
        url = urlsplit(endpoint or "")
        if others.data.get("production") and url.scheme == "http" and not is_loopback(url.hostname or ""):  # fmt: skip
            raise UnfitValueError(
                "doit commencer par https:// : les données y seraient envoyées en clair"
            )
        return endpoint

    @field_validator("lake_secret")
    @classmethod
    def _require_whole_key(cls, secret: str | None, others: ValidationInfo) -> str | None:
        if bool(secret) != bool(others.data.get("lake_key")):
            raise AbsentValueError("va avec VIGIE_LAKE_KEY : donnez les deux, ou aucun des deux")
        return secret

    @field_validator("demo")
    @classmethod
    def _refuse_demo_in_production(cls, demo: bool, others: ValidationInfo) -> bool:
        """Refuse the mode in which a second factor is only offered."""
        if demo and others.data.get("production"):
            raise UnfitValueError(
                "ne va pas avec VIGIE_ENV=production : le second facteur n’y serait plus imposé"
            )
        return demo

    @model_validator(mode="wrap")
    @classmethod
    def _report_in_french(cls, values: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return validate(values)
        except ValidationError as error:
            # From None: the original is about the library's own rules, in English.
            raise setting_error(error, settings=cls.model_fields) from None

    @classmethod
    def from_env(cls, *, serves: bool = False) -> "Config":
        """Read the environment; raise `SettingError` listing everything missing, refused or unknown.

        ``serves``: for the web process, which holds neither the journal's key nor, in production, the owner's URL.
        """
        return (_ServerEnvironment() if serves else _Environment()).config()

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the cluster that Vigie runs in ``home``."""
        return self.database_url is None and self.database_app_url is None

    def without_owner(self, app_url: str) -> "Config":
        """The same instance for the web process: reached through ``app_url`` unless it is embedded; without keys."""
        without = {"database_backup_url": None, "journal_key": "", "backup_key": ""}
        if self.is_embedded:
            return self.replace(**without)
        return self.replace(database_url=None, database_app_url=app_url, **without)

    def require_journal_key(self) -> str:
        """The key of the seals; raise `MissingSettingError` where this process was not given it."""
        if not self.journal_key:
            raise MissingSettingError(
                "VIGIE_JOURNAL_KEY doit être défini pour sceller ou vérifier le journal."
            )
        return self.journal_key

    def replace(self, **changes: Any) -> "Config":
        """The same instance except for ``changes``, validated like a new one."""
        return Config(**{**dict(self), **changes})


class _Environment(Config, BaseSettings):
    """The same settings, under the names and with the defaults documented for operators."""

    model_config = SettingsConfigDict(alias_generator=variable, case_sensitive=True)

    home: Folder = ROOT / "var"
    # Generated by a private instance, see `config`.
    secret_key: Text = Field(default="", repr=False)
    journal_key: Text = Field(default="", repr=False)
    #: only validated here: `app.core.database.binaries` reads it, including for clusters that belong to no instance
    pg: Wheel | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_every_name(cls, declared: dict[str, str]) -> dict[str, str]:
        """Add undeclared names, so that they are refused; a blank variable counts as unset."""
        ours = {name: value for name, value in os.environ.items() if is_ours(name)}
        stripped = {name: value.strip() for name, value in {**ours, **declared}.items()}
        return {name: value for name, value in stripped.items() if value}

    @field_validator("secret_key")
    @classmethod
    def _require_secret_in_production(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("production") and not value:
            raise AbsentValueError("doit être défini lorsque VIGIE_ENV=production")
        return value

    @field_validator("secret_key", "journal_key")
    @classmethod
    def _require_strength_in_production(cls, value: str, others: ValidationInfo) -> str:
        """Refuse a key that could be guessed, or that another use has already shown to somebody."""
        if not others.data.get("production") or not value:
            return value
        if len(value) < SHORTEST_KEY or len(set(value)) < FEWEST_CHARACTERS:
            raise UnfitValueError(
                f"doit avoir {SHORTEST_KEY} caractères au moins, tirés au sort : "
                'python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        if value == others.data.get("secret_key"):
            raise UnfitValueError("doit être une autre clé que VIGIE_SECRET_KEY")
        return value

    @field_validator("smtp_password", "proconnect_client_secret", "metrics_token")
    @classmethod
    def _require_own_secrets(cls, value: str | None, others: ValidationInfo) -> str | None:
        """Refuse one of our keys where another service would learn it."""
        keys = {others.data.get("secret_key"), others.data.get("journal_key")}
        if others.data.get("production") and value and value in keys:
            raise UnfitValueError(
                "ne doit pas être une clé de Vigie : un autre service la connaîtrait"
            )
        return value

    @field_validator("proxies")
    @classmethod
    def _require_proxy_in_production(cls, count: int, others: ValidationInfo) -> int:
        """Refuse to face the Internet alone: nobody would end TLS nor hold slow clients back."""
        if others.data.get("production") and count == 0:
            raise UnfitValueError(
                "doit valoir 1 ou plus lorsque VIGIE_ENV=production : un serveur mandataire termine TLS devant Vigie"
            )
        return count

    def config(self) -> Config:
        """The instance, with the secrets it has already generated or generates now."""
        values = self.model_dump(exclude={"pg"})
        for name in self._generated_names():
            values[name] = values[name] or drawn(variable(name), home=self.home)
        return Config(**values)

    def _generated_names(self) -> tuple[str, ...]:
        return () if self.production else ("secret_key", "journal_key")


class _ServerEnvironment(_Environment):
    """The settings of the web process: whoever takes it over finds nothing that owns the tables, signs the journal or opens backups."""

    @field_validator("database_url", "database_backup_url", "journal_key", "backup_key")
    @classmethod
    def _refuse_what_owns(cls, value: str | None, others: ValidationInfo) -> str | None:
        if others.data.get("production") and value:
            raise UnfitValueError(
                "ne se donne pas au processus web : réservez-le aux commandes et au worker"
            )
        return value

    def _generated_names(self) -> tuple[str, ...]:
        return () if self.production else ("secret_key",)


#: every variable that `Config.from_env` reads, in the order in which faults are reported
VARIABLES = tuple(variable(setting) for setting in _Environment.model_fields)
