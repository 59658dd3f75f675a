"""Models equal migrations, both ways; every table has its policy or a written reason."""

import psycopg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from app.core.db import Base
from app.extensions import db
from config import ROOT

#: tables without row-level security, and why
OPEN = {
    "agent": "read before anybody is signed in; holds no firm",
    "role": "reference list",
    "department": "reference list",
    "zone": "reference list",
    "source_freshness": "dates of publication, shown to all",
    "batch": "counts of files, no firm",
    "batch_file": "counts of files, no firm",
    "model_version": "metrics, no firm",
    "detection_run": "states and counts, no firm",
    "run_step": "states and counts, no firm",
    "journal_head": "no privilege at all for the application",
    "alembic_version": "number of the migration",
}


def test_models_equal_migrations(fresh_database: None, app: Flask) -> None:
    owner = create_engine(app.config["VIGIE_ENDPOINTS"].owner_url, poolclass=NullPool)
    with owner.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    library = ("procrastinate_", "alembic_version", "journal_head")
    ours = [
        difference
        for difference in differences
        if not any(name in str(difference) for name in library)
    ]
    assert ours == []


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_migrations_go_down_to_nothing_and_up_again(fresh_database: None, app: Flask) -> None:
    db.engine.dispose()
    downgrade(directory=str(ROOT / "migrations"), revision="base")
    assert _tables(app) <= {"alembic_version"}
    upgrade(directory=str(ROOT / "migrations"))
    assert "support_case" in _tables(app)


def test_every_table_has_forced_row_level_security_or_a_reason(session: Session) -> None:
    unprotected = {name for name, protected in _protection(session).items() if not protected}
    assert {name for name in unprotected if not name.startswith("procrastinate_")} == set(OPEN)


def test_without_context_each_protected_table_reads_empty(world: object, session: Session) -> None:
    names = [name for name, protected in _protection(session).items() if protected]
    assert len(names) > 20
    for name in names:
        assert session.scalar(text(f"select count(*) from {name}")) == 0, name


def _protection(session: Session) -> dict[str, bool]:
    statement = """
        select relname, relrowsecurity and relforcerowsecurity from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace
    """
    return dict(session.execute(text(statement)).all())


def _tables(app: Flask) -> set[str]:
    url = app.config["VIGIE_ENDPOINTS"].owner_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection:
        return {
            row[0]
            for row in connection.execute(
                "select tablename from pg_tables where schemaname = 'public'"
            )
        }
