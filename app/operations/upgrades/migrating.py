"""The waiting migrations in one transaction, looked at before it is committed: an upgrade that fails, or is killed, changed nothing."""

from typing import Any

from alembic import command
from flask import current_app
from sqlalchemy import NullPool, create_engine

from app.core.database.endpoints import Endpoints
from app.core.errors import DomainError
from app.core.maintenance import gate, notice
from app.core.maintenance.notice import MaintenanceNotice
from app.operations.sets import contents

#: tables that the application may touch, and whether row-level security is forced on them
PROTECTION = """
    select relname, relrowsecurity and relforcerowsecurity from pg_class
    where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
    and has_table_privilege(%s, oid, 'select, insert, update, delete')
"""
#: names told
TOLD = 5


def migrate(urls: Endpoints, *, after: MaintenanceNotice) -> None:
    """Run them as the owner; ``after`` is what the database says from the very moment its tables are others. Raise `DomainError`."""
    config = current_app.extensions["migrate"].migrate.get_config(None)
    engine = create_engine(urls.require_owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        owner: Any = connection.connection.driver_connection
        before = _protection(owner, urls.app_role)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _require_version(owner)
        _require_protected(before, _protection(owner, urls.app_role))
        notice.post(owner, after)


def _require_version(owner: Any) -> None:
    reached = contents.migration_of(owner)
    if reached != gate.VERSION:
        raise DomainError(
            f"Les migrations s’arrêtent à {reached}, et cette version attend {gate.VERSION}."
        )


def _require_protected(before: dict[str, bool], after: dict[str, bool]) -> None:
    """Raise `DomainError` when a table is new, or was protected, and is not."""
    bare = sorted(
        name for name, is_protected in after.items() if not is_protected and before.get(name, True)
    )
    if bare:
        raise DomainError(f"La sécurité des lignes n’est pas imposée à {', '.join(bare[:TOLD])}.")


def _protection(owner: Any, app_role: str) -> dict[str, bool]:
    return dict(owner.execute(PROTECTION, [app_role]).fetchall())
