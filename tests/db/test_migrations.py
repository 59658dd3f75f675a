"""Each migration goes down and up again with data inside: what the version before it knows is never lost on the way."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from psycopg import sql

from app.core.database.cluster import LocalCluster
from app.core.database.tables import Base
from app.extensions import db
from config import ROOT
from tests.factories.confidences import confide
from tests.factories.journal import Superuser, superuser_of
from tests.factories.people import World
from tests.factories.rows import fill_empty_tables

MIGRATIONS = str(ROOT / "migrations")
#: the last file of the baseline; what comes after it changes tables that hold data
BASELINE = "0018"
TABLES = """
    select relname from pg_class where relkind in ('r', 'p') and not relispartition
    and relnamespace = 'public'::regnamespace and relname <> 'alembic_version'
"""
Entries = list[dict[str, Any]]
#: values of lists that a version does not know go with what it goes back from: it could not show them
UNKNOWN_BEFORE = {"list_value": ("list_code", {"trame"}), "email": ("agent_id", {None})}
#: table -> its rows
Contents = dict[str, Entries]


@pytest.fixture
def full_database(app: Flask, cluster: LocalCluster, world: World) -> Iterator[Superuser]:
    """A database with rows in every table, read as whoever runs the server."""
    confide(world)
    db.session.remove()
    with superuser_of(app, cluster) as superuser:
        fill_empty_tables(superuser)
        yield superuser


def test_each_migration_goes_down_and_up_without_losing_what_the_former_knows(
    full_database: Superuser,
) -> None:
    """The last file of the baseline, then every change since; last first, as an operator would go back."""
    assert [table for table in Base.metadata.tables if not contents(full_database)[table]] == []
    for script in ScriptDirectory(MIGRATIONS).walk_revisions(base=BASELINE):
        former = str(script.down_revision)
        above = contents(full_database)
        go(downgrade, former)
        below = contents(full_database)
        assert_kept(above, below, f"down to {former}")
        go(upgrade, script.revision)
        assert_kept(below, contents(full_database), f"up to {script.revision}")
        go(downgrade, former)
        assert_kept(below, contents(full_database), f"down again to {former}")


def test_the_context_of_an_accompagnement_becomes_what_codefi_reads(
    full_database: Superuser,
) -> None:
    go(downgrade, "0056")
    contexts = [row["context"] for row in contents(full_database)["support_case"]]
    assert "Confidence-de-contexte" in contexts
    assert not any("Confidence-de-synthèse" in context for context in contexts)
    go(upgrade, "0057")
    there = contents(full_database)
    codefi = next(row["id"] for row in there["network"] if row["is_codefi"])
    taken = [(row["network_id"], row["context"], row["edited_by"]) for row in there["case_summary"]]
    assert (codefi, "Confidence-de-contexte", None) in taken
    assert [row["context"] for row in there["case_summary_version"]] == [row["context"] for row in there["case_summary"]]  # fmt: skip
    go(upgrade, "head")


def test_a_full_database_goes_down_step_by_step_to_nothing_and_up_again(
    full_database: Superuser,
) -> None:
    """An operator goes back one version at a time, rows inside."""
    for script in ScriptDirectory(MIGRATIONS).walk_revisions():
        former = str(script.down_revision or "base")
        above = contents(full_database)
        go(downgrade, former)
        assert_kept(above, contents(full_database), f"down to {former}")
    assert contents(full_database) == {}
    go(upgrade, "head")
    assert contents(full_database).keys() >= Base.metadata.tables.keys()


def go(step: Callable[..., None], revision: str) -> None:
    """Up or down to a revision."""
    db.engine.dispose()
    step(directory=MIGRATIONS, revision=revision)


def contents(superuser: Superuser) -> Contents:
    """Every row of every table; months and other partitions stand under their table."""
    return {table: rows(superuser, table) for (table,) in superuser.execute(TABLES).fetchall()}


def rows(superuser: Superuser, table: str) -> Entries:
    """The rows of a table."""
    statement = sql.SQL("select to_jsonb(t) from {} t").format(sql.Identifier(table))
    column, unknown = UNKNOWN_BEFORE.get(table, ("", set()))
    found = (row for (row,) in superuser.execute(statement).fetchall())
    return [row for row in found if row.get(column) not in unknown]


def assert_kept(former: Contents, latter: Contents, step: str) -> None:
    """Tables that stand before and after hold the same rows, in the columns that they have in common."""
    for table in former.keys() & latter.keys():
        columns = columns_of(former[table]) & columns_of(latter[table])
        assert seen(former[table], columns) == seen(latter[table], columns), f"{step}: {table}"


def columns_of(entries: Entries) -> set[str]:
    """The columns of rows: none without a row."""
    return set().union(*(entry.keys() for entry in entries))


def seen(entries: Entries, columns: Collection[str]) -> list[list[str]]:
    """Rows reduced to some columns, in an order that depends on them alone."""
    return sorted([repr(entry[name]) for name in sorted(columns)] for entry in entries)
