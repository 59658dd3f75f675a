"""Where the database is and the role each part of Vigie connects as: the owner migrates, the application owns nothing."""

import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from app.core.database.binaries import MINIMUM_VERSION
from app.core.database.cluster import SUPERUSER, started_cluster
from config import Config

DATABASE = "vigie"
OWNER = "vigie_owner"
APPLICATION = "vigie_app"


class DatabaseError(RuntimeError):
    """The server cannot be used; the message is French and says what to do."""


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """The SQLAlchemy URLs of an instance, and a description of where the server is."""

    #: `None` in a process that was not given it
    owner_url: str | None
    app_url: str
    place: str
    #: that of the application's role on a replica, which has the roles of its primary; `None`: there is no replica
    read_url: str | None = None

    def require_owner_url(self) -> str:
        """The URL of the owner; raise `DatabaseError` in a process that was not given it."""
        if self.owner_url is None:
            raise DatabaseError(
                "DATABASE_URL doit être défini pour cette commande, qui agit en propriétaire de la base."
            )
        return self.owner_url

    @property
    def app_role(self) -> str:
        """Name of the role that owns nothing."""
        return make_url(self.app_url).username or ""


def endpoints(config: Config) -> Endpoints:
    """The URLs of the instance; the embedded cluster is started if it is the one in use."""
    primary = _of_primary(config)
    if config.database_read_url is None:
        return primary
    replica = _parsed(config.database_read_url)
    app = make_url(primary.app_url)
    if (replica.username, replica.database) != (app.username, app.database):
        raise DatabaseError(
            f"DATABASE_READ_URL doit désigner le rôle « {app.username} » et la base « {app.database} » : "
            "une réplique a ceux de sa source."
        )
    return replace(primary, read_url=_text(replica))


def _of_primary(config: Config) -> Endpoints:
    if config.is_embedded:
        cluster = started_cluster(config.home)
        return Endpoints(
            owner_url=cluster.url(role=OWNER, database=DATABASE),
            app_url=cluster.url(role=APPLICATION, database=DATABASE),
            place=f"PostgreSQL {cluster.binaries.version} embarqué, {cluster.location}",
        )
    if config.database_url is None:
        app = _parsed(config.database_app_url or "")
        return Endpoints(owner_url=None, app_url=_text(app), place=_place(app))
    owner = _parsed(config.database_url)
    app = _parsed(config.database_app_url or _created_app_url(config.home, owner))
    if app.username == owner.username:
        raise DatabaseError(
            "DATABASE_APP_URL doit désigner un autre rôle que DATABASE_URL : l’application ne possède pas les tables."
        )
    return Endpoints(owner_url=_text(owner), app_url=_text(app), place=_place(owner))


def prepare(config: Config) -> Endpoints:
    """Create the database and the two roles where missing, and grant the application the use of future tables."""
    urls = found(config)
    owner, app = make_url(urls.require_owner_url()), make_url(urls.app_url)
    with _connect(owner) as database:
        _grant(database, owner=owner.username or "", app=app.username or "")
    return urls


def found(config: Config) -> Endpoints:
    """Create the database and the two roles where missing; the application is granted nothing yet."""
    urls = endpoints(config)
    if config.is_embedded:
        cluster = started_cluster(config.home)
        with _connect(make_url(cluster.url(role=SUPERUSER, database="postgres"))) as server:
            _ensure_role(server, OWNER, None)
            _ensure_role(server, APPLICATION, None)
            if not server.execute(
                "select 1 from pg_database where datname = %s", [DATABASE]
            ).fetchone():
                server.execute(
                    sql.SQL(
                        "create database {} owner {} template template0 encoding 'UTF8'"
                    ).format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )
    owner, app = make_url(urls.require_owner_url()), make_url(urls.app_url)
    with _connect(owner) as database:
        _require_version(database)
        if not config.is_embedded and config.database_app_url is None:
            _ensure_role(database, app.username or "", app.password)
    _require_safe_login(app)
    return urls


def _place(url: URL) -> str:
    return f"serveur {url.host or url.query.get('host', 'local')}, base {url.database}"


def _parsed(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+psycopg")


def _require_version(server: "psycopg.Connection[tuple[object, ...]]") -> None:
    major = server.info.server_version // 10_000
    if major < MINIMUM_VERSION:
        raise DatabaseError(
            f"Le serveur est un PostgreSQL {major} : Vigie demande la version {MINIMUM_VERSION} ou une plus récente."
        )


def _require_safe_login(app: URL) -> None:
    """Raise `DatabaseError` if the role, possibly left by another instance, has another password or escapes row-level security."""
    try:
        with psycopg.connect(**_arguments(app)) as database:
            escapes = database.execute(
                "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError as error:
        raise DatabaseError(
            f"Le rôle « {app.username} » de l’application ne peut pas se connecter ({_one_line(error)}). Donnez son URL dans "
            "DATABASE_APP_URL, ou supprimez ce rôle s’il vient d’une instance disparue, puis relancez."
        ) from error
    if escapes != (False,):
        raise DatabaseError(
            f"Le rôle « {app.username} » de l’application échappe à la sécurité des lignes : retirez-lui SUPERUSER et BYPASSRLS."
        )


def _grant(database: "psycopg.Connection[tuple[object, ...]]", *, owner: str, app: str) -> None:
    names = {"owner": sql.Identifier(owner), "app": sql.Identifier(app)}
    for statement in (
        "grant usage on schema public to {app}",
        "alter default privileges for role {owner} in schema public grant select, insert, update, delete on tables to {app}",
        "alter default privileges for role {owner} in schema public grant usage on sequences to {app}",
    ):
        database.execute(sql.SQL(statement).format(**names))


def _ensure_role(
    server: "psycopg.Connection[tuple[object, ...]]", name: str, password: str | None
) -> None:
    if server.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone():
        return
    statement = sql.SQL(
        "create role {} login nosuperuser nocreatedb nocreaterole nobypassrls"
    ).format(sql.Identifier(name))
    if password is not None:
        statement += sql.SQL(" password {}").format(sql.Literal(password))
    try:
        server.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        raise DatabaseError(
            f"Le rôle de DATABASE_URL ne peut pas créer « {name} ». Créez-le (LOGIN NOSUPERUSER NOBYPASSRLS) et donnez DATABASE_APP_URL."
        ) from None


def _created_app_url(home: Path, owner: URL) -> str:
    """The URL of the role that Vigie creates on an external server; its password is kept in ``home/secrets``."""
    path = home / "secrets" / "database_app_password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return _text(owner.set(username=f"{owner.database}_app", password=path.read_text()))


def _connect(url: URL) -> "psycopg.Connection[tuple[object, ...]]":
    try:
        return psycopg.connect(**_arguments(url), autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseError(
            f"La base de données ne répond pas ({_one_line(error)}). Vérifiez DATABASE_URL."
        ) from error


def _arguments(url: URL) -> dict[str, Any]:
    # Not the rendered URL: SQLAlchemy writes a space as "+", which libpq does not read back.
    return {**url.translate_connect_args(username="user", database="dbname"), **url.query}


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
