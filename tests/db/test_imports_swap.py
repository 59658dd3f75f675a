"""The series are swapped, not rewritten: whoever reads meanwhile sees the old or the new, never none."""

import threading
from pathlib import Path

import psycopg
import pytest
from flask import current_app
from sqlalchemy import make_url, select, text

from app.companies.models import CompanySeries
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.imports.intake import pipeline
from tests.factories.batches import Imported
from tests.factories.partner_files import CONTRIBUTIONS, write_files

pytest_plugins = ["tests.factories.imported"]

SYSTEM = system_identity("tests")
TIMES = 5


class Reader(threading.Thread):
    """Reads the contributions again and again until it is told to stop."""

    def __init__(self, app: TransactionalFlask) -> None:
        super().__init__()
        self.app = app
        self.stopping = threading.Event()
        self.seen: list[tuple[float | None, ...]] = []

    def run(self) -> None:
        """Note what each reading finds, when it is not what the former found."""
        with self.app.app_context():
            while not self.stopping.is_set():
                found = january()
                if not self.seen or self.seen[-1] != found:
                    self.seen.append(found)


@pytest.fixture
def home(import_alone: Imported, tmp_path: Path) -> Path:
    """An instance with a first month published."""
    return import_alone.copied(tmp_path / "home")


def test_a_reader_sees_the_old_or_the_new_and_never_none(
    app: TransactionalFlask, home: Path, tmp_path: Path
) -> None:
    reader = Reader(app)
    reader.start()
    try:
        for number in range(1, TIMES + 1):
            pipeline.load(SYSTEM, directory=month(tmp_path, number), home=home)
    finally:
        reader.stopping.set()
        reader.join()
    assert reader.seen == [(1000.0 + number,) for number in range(TIMES + 1)]


def test_the_swap_leaves_no_table_behind_and_keeps_the_indexes(home: Path) -> None:
    with unit_of_work(SYSTEM) as session:
        tables = text("select relname from pg_class where relname like 'company_series%'"
                      " and relkind in ('r', 'p') order by relname")  # fmt: skip
        assert session.scalars(tables).all() == [
            "company_series",
            *(f"company_series_part_{part}" for part in range(10)),
        ]
        valid = text(
            "select count(*) from pg_inherits join pg_index on indexrelid = inhrelid"
            " where indrelid::regclass::text like 'company_series_part_%' and indisvalid"
        )
        assert session.scalar(valid) == 20


@pytest.mark.parametrize("table", ["company_series_part_0", "company_series_part_9"])
@pytest.mark.parametrize("act", ["select count(*) from {}", "delete from {}", "truncate {}"])
def test_no_policy_is_gone_round_by_a_partition(home: Path, table: str, act: str) -> None:
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as bare:
        bare.execute("select set_config('vigie.system', 'on', true)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bare.execute(act.format(table))


@pytest.mark.parametrize("function", ["series_stage", "series_swap"])
def test_nobody_but_the_system_replaces_the_series(home: Path, function: str) -> None:
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    with (
        psycopg.connect(url.render_as_string(hide_password=False)) as bare,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        bare.execute(f"select {function}()")


def month(tmp_path: Path, number: int) -> Path:
    """The files of a month, which the contribution of January tells."""
    paid = f"0;{3000 + 3 * number}"
    return write_files(
        tmp_path / f"month-{number}", contributions=CONTRIBUTIONS.replace("3000;3000", paid)
    )


def january() -> tuple[float | None, ...]:
    """The contributions of January that anybody may read now."""
    with unit_of_work(SYSTEM) as session:
        called = CompanySeries.code == "cotisation"
        rows = session.scalars(select(CompanySeries.values).where(called)).all()
        return tuple(row[-4] for row in rows)
