"""An instance of the former version with data inside, and the command that upgrades it."""

from dataclasses import dataclass, field

import psycopg
from flask_migrate import downgrade

from app.core.database import endpoints
from app.core.maintenance import gate
from app.core.maintenance.notice import MaintenanceNotice
from app.core.work.jobs import conninfo
from app.extensions import db
from app.operations.maintenance import services as maintenance
from app.operations.sets.store import FolderStore
from app.operations.upgrades.running import Upgrading, upgrade
from config import ROOT, Config

#: a version that has been: its tables are those of four changes ago
FORMER = "0098"


@dataclass(frozen=True, kw_only=True)
class FormerInstance:
    """An instance that waits for its upgrade; ``told`` is what the operator read."""

    config: Config
    store: FolderStore
    told: list[str] = field(default_factory=list)

    def upgrade(self, *, minutes: float = 1) -> bool:
        """What the command does."""
        urls = endpoints.endpoints(self.config)
        return upgrade(
            Upgrading(
                config=self.config, urls=urls, place=self.store.root, minutes=minutes, tell=self.told.append
            )
        )  # fmt: skip

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """What the owner of the database reads, for the system."""
        with psycopg.connect(conninfo(self.config.database_url or "")) as owner:
            owner.execute("select set_config('vigie.system', 'on', true)")
            return owner.execute(statement).fetchall()  # type: ignore[call-overload, no-any-return]

    @property
    def migration(self) -> object:
        """The version of its tables."""
        return self.ask("select version_num from alembic_version")[0][0]

    @property
    def notice(self) -> MaintenanceNotice:
        """What its database says."""
        return maintenance.found(endpoints.endpoints(self.config))


def go_back(revision: str = FORMER) -> None:
    """The tables of a former version."""
    db.session.remove()
    db.engine.dispose()
    with gate.maintaining():
        downgrade(directory=str(ROOT / "migrations"), revision=revision)
