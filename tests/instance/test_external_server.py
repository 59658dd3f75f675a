"""An instance on a server of the operator's: what it demands of the two roles, and what it says otherwise."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app.core.database import endpoints
from app.core.database.cluster import SUPERUSER, LocalCluster
from app.core.database.endpoints import DatabaseError
from app.core.work.jobs import conninfo
from config import Config

MakeConfig = Callable[..., Config]


@pytest.fixture
def server(cluster: LocalCluster) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """The administrator of the server."""
    with psycopg.connect(
        host=str(cluster.socket_dir), user=SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:
        yield connection


@pytest.fixture
def offered(
    server: "psycopg.Connection[tuple[object, ...]]", cluster: LocalCluster, tmp_path: Path
) -> Iterator[MakeConfig]:
    """``offered(owner_may="createrole")``: an empty database and its owner; both are dropped after the test."""
    name = f"offered_{secrets.token_hex(4)}"
    owner, app, base = (sql.Identifier(f"{name}{end}") for end in ("_owner", "_app", ""))

    def offer(*, owner_may: str, app_may: str | None = None) -> Config:
        server.execute(sql.SQL("create role {} login " + owner_may).format(owner))
        server.execute(sql.SQL("create database {} owner {}").format(base, owner))
        if app_may is not None:
            server.execute(sql.SQL("create role {} login " + app_may).format(app))
        url = cluster.url(role=f"{name}_owner", database=name)
        return Config(
            home=tmp_path,
            secret_key="tests",
            journal_key="tests",
            database_url=url.replace("postgresql+psycopg:", "postgresql:"),
            database_app_url=cluster.url(role=f"{name}_app", database=name) if app_may else None,
        )

    yield offer
    server.execute(sql.SQL("drop database if exists {} with (force)").format(base))
    for role in (app, owner):
        server.execute(sql.SQL("drop role if exists {}").format(role))


def test_vigie_creates_the_role_of_the_application_itself(offered: MakeConfig) -> None:
    config = offered(owner_may="createrole")
    found = endpoints.prepare(config)
    with psycopg.connect(conninfo(found.app_url)) as connection:
        assert connection.execute("select current_user").fetchone() == (found.app_role,)
    assert endpoints.prepare(config) == found


def test_an_owner_who_cannot_create_roles_learns_what_to_do(offered: MakeConfig) -> None:
    with pytest.raises(DatabaseError, match="donnez DATABASE_APP_URL"):
        endpoints.prepare(offered(owner_may="nocreaterole"))


def test_a_role_made_by_the_operator_is_used(offered: MakeConfig) -> None:
    endpoints.prepare(offered(owner_may="nocreaterole", app_may="nosuperuser"))


def test_a_role_that_escapes_row_level_security_is_refused(offered: MakeConfig) -> None:
    with pytest.raises(DatabaseError, match="échappe à la sécurité des lignes"):
        endpoints.prepare(offered(owner_may="nocreaterole", app_may="bypassrls"))


def test_a_role_that_cannot_come_in_is_told_at_once(
    offered: MakeConfig, server: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    config = offered(owner_may="createrole")
    role = endpoints.prepare(config).app_role
    server.execute(sql.SQL("alter role {} nologin").format(sql.Identifier(role)))
    with pytest.raises(DatabaseError, match="supprimez ce rôle"):
        endpoints.prepare(config)


def test_a_server_that_does_not_answer_is_told_in_one_line(tmp_path: Path) -> None:
    config = Config(
        home=tmp_path, secret_key="tests", journal_key="tests",
        database_url="postgresql://vigie:secret@127.0.0.1:1/vigie", database_app_url="postgresql://app@127.0.0.1:1/vigie",
    )  # fmt: skip
    with pytest.raises(DatabaseError, match=r"^La base de données ne répond pas .*\.$") as refused:
        endpoints.prepare(config)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
