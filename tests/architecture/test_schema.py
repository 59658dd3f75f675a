"""Models equal migrations, both ways; every table has its policy or a written reason."""

import re

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from app.core.database.tables import Base
from app.core.maintenance import gate
from config import ROOT

#: what is written about each table, by section
WRITTEN = (ROOT / "docs" / "security-tables.md").read_text()


def test_models_equal_migrations(fresh_database: None, app: Flask) -> None:
    owner = create_engine(app.config["VIGIE_ENDPOINTS"].owner_url, poolclass=NullPool)
    with owner.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    library = ("procrastinate_", "alembic_version", "journal_head", "journal_default", "journal_2",
               "company_series_part_", "company_figures_part_")  # fmt: skip
    ours = [
        difference
        for difference in differences
        if not any(name in str(difference) for name in library)
    ]
    assert ours == []


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_every_table_has_its_policy_or_a_written_reason(session: Session) -> None:
    protection = _protection(session)
    protected = {name for name, is_protected in protection.items() if is_protected}
    assert protected == _named("Protected")
    assert protection.keys() - protected == _named("Without row-level security")


def test_each_reason_is_a_sentence() -> None:
    for line in _lines("Without row-level security"):
        assert len(line.split("|")[2].split()) >= 4, line


def _protection(session: Session) -> dict[str, bool]:
    """Whether row-level security is forced on each table that the application may touch; months of the journal apart."""
    statement = """
        select relname, relrowsecurity and relforcerowsecurity from pg_class
        where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
        and has_table_privilege(oid, 'select, insert, update, delete')
    """
    return dict(session.execute(text(statement)).all())


def _named(section: str) -> set[str]:
    return {name for line in _lines(section) for name in re.findall(r"`(\w+)`", line.split("|")[1])}


def _lines(section: str) -> list[str]:
    body = WRITTEN.split(f"## {section}\n")[1].split("\n## ")[0]
    return [line for line in body.splitlines() if line.startswith("| `")]


def test_every_migration_holds_in_one_transaction_with_the_others() -> None:
    """An upgrade of the instance commits all of them at once, or none."""
    apart = re.compile(r"autocommit_block|\bconcurrently\b", re.IGNORECASE)
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    assert [path.name for path in files if apart.search(path.read_text())] == []


def test_a_process_knows_the_last_migration_by_its_number() -> None:
    assert ScriptDirectory(str(ROOT / "migrations")).get_current_head() == gate.VERSION
