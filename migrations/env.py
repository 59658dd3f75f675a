"""Migrations run as the owner of the tables, each in one transaction, and never wait long for a lock."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import NullPool, create_engine, text

from app.core.database.tables import Base
from app.messages import smtp  # noqa: F401 - the tables of the core

#: prefixes of unmapped tables: those of libraries, the journal's monthly partitions and the head of its chain
UNMAPPED_TABLES = (
    "procrastinate_", "alembic_version", "journal_head", "journal_default", "journal_2",
)  # fmt: skip


def is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Whether autogenerate considers an object: the tables of libraries are created by their own scripts."""
    return not (kind == "table" and name is not None and name.startswith(UNMAPPED_TABLES))


def run() -> None:
    """Upgrade or downgrade the database of the instance."""
    endpoints = current_app.config["VIGIE_ENDPOINTS"]
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _run_on(connection, endpoints.app_role)
        return
    with create_engine(endpoints.require_owner_url(), poolclass=NullPool).connect() as opened:
        _run_on(opened, endpoints.app_role)


def _end_of_migration(ctx: Any, *_: Any, **_facts: Any) -> None:
    """An upgrade of the instance has one transaction for all: each migration begins without the rights of the one before."""
    ctx.connection.execute(text("set constraints all immediate"))
    ctx.connection.execute(text("select set_config('vigie.system', '', true)"))


def _run_on(connection: Any, app_role: str) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=is_ours,
        compare_type=True,
        transaction_per_migration=True,
        on_version_apply=_end_of_migration,
        app_role=app_role,
    )
    with context.begin_transaction():
        connection.execute(text("set lock_timeout = '10s'"))
        context.run_migrations()


run()
