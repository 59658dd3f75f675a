"""What the portal holds of firms and establishments, written for whoever compares it with the lake (``compared``)."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.orm import Session

from app.companies.models import Company, Establishment
from app.core.database.tables import Base
from app.imports.publication.compared import COLUMNS, FOLLOWED, columns_known


def write_known(session: Session, folder: Path, *, is_whole: bool = True) -> Path:
    """Write ``<folder>/<table>.csv``, whole rows or their keys, and the firms that agents work on; return the folder.

    Whoever imports is alone to write these tables: they do not change until it publishes.
    """
    folder.mkdir()
    for table in COLUMNS:
        names = ", ".join(f'"{name}"' for name in columns_known(table, is_whole=is_whole))
        _copy_out(session, f"select {names} from {table}", folder / f"{table}.csv")
    followed = " union ".join(f"select {column} from {table}" for table, column in _referring())
    _copy_out(session, followed, folder / f"{FOLLOWED}.csv")
    return folder


def _referring() -> Iterable[tuple[str, str]]:
    """The tables whose rows refer to a firm, whatever domain they belong to, and the column that does; its establishments apart."""
    for table in Base.metadata.sorted_tables:
        if table.name != Establishment.__tablename__:
            for key in table.foreign_keys:
                if key.target_fullname == f"{Company.__tablename__}.siren":
                    yield table.name, key.parent.name


def _copy_out(session: Session, query: str, target: Path) -> None:
    cursor = session.connection().connection.cursor()
    with cursor.copy(f"copy ({query}) to stdout (format csv)") as rows, target.open("wb") as file:
        for block in rows:
            file.write(block)
