"""An instance whose database has a streaming replica, made by PostgreSQL's own tools."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from flask_migrate import upgrade

from app import create_app
from app.core.access.identity import system_identity
from app.core.database import endpoints, seeds
from app.core.database.cluster import SUPERUSER, LocalCluster, started_cluster
from app.core.database.replica.following import Follower
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.extensions import db
from config import Config
from tests.factories.people import World, build_world
from tests.factories.reports import plant_reports
from tests.support.client import InspectingClient
from tests.support.passphrases import hash_lightly
from tests.support.waiting import wait_for

#: what is committed is in the log that the replica receives; the disk alone is not waited for
SETTINGS = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True, kw_only=True)
class Mirrored:
    """The two servers, the application that reads both, and what they hold."""

    primary: LocalCluster
    replica: LocalCluster
    app: TransactionalFlask
    world: World
    #: that of Bourgogne-Franche-Comté
    report_id: int

    @property
    def follower(self) -> Follower:
        """What the application knows of the replica."""
        found: Follower = self.app.extensions["vigie_replica"]
        return found

    def make_whole(self) -> None:
        """Start what a test stopped, let the replica follow, and have the application look again."""
        for server in (self.primary, self.replica):
            server.start(settings=SETTINGS)
        self.say(self.replica, "select pg_wal_replay_resume()")
        self.catch_up()
        self.look_again()

    def look_again(self) -> None:
        """Have the next page look at the replica, whenever it was last looked at."""
        self.follower._next_at = 0.0

    def catch_up(self) -> None:
        """Wait until the replica has all that the primary holds."""
        position = self.say(self.primary, "select pg_current_wal_lsn()::text")
        wait_for(lambda: bool(self.say(self.replica, f"select pg_last_wal_replay_lsn() >= '{position}'::pg_lsn")))  # fmt: skip

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """In the block, the replica holds what it held, and still receives the rest."""
        self.catch_up()
        self.say(self.replica, "select pg_wal_replay_pause()")
        wait_for(lambda: self.say(self.replica, "select pg_get_wal_replay_pause_state()") == "paused")  # fmt: skip
        yield
        self.say(self.replica, "select pg_wal_replay_resume()")

    def say(self, server: LocalCluster, statement: str, *, database: str = "vigie") -> object:
        """What a server answers to its superuser."""
        where = {"host": str(server.socket_dir), "user": SUPERUSER, "dbname": database}
        with psycopg.connect(**where, autocommit=True) as connection:  # type: ignore[arg-type]
            answer = connection.execute(statement)  # type: ignore[call-overload]
            row = answer.fetchone() if answer.description else None
        return row[0] if row else None


def mirror(folder: Path) -> Mirrored:
    """Make an instance in ``folder``, then its replica, which follows it."""
    home = folder / "home"
    primary = started_cluster(home, settings=SETTINGS)
    replica = _followed(primary, folder)
    config = Config(
        home=home, secret_key="tests", journal_key="tests", public_url="http://localhost",
        database_read_url=replica.url(role=endpoints.APPLICATION, database=endpoints.DATABASE),
        # Longer than any test: what is late is so because a test says it.
        replica_seconds=3_600,
    )  # fmt: skip
    endpoints.prepare(config)
    app = create_app(config)
    hash_lightly(app)
    app.config["TESTING"], app.test_client_class = True, InspectingClient
    with app.app_context():
        upgrade()
        with unit_of_work(system_identity("tests")) as session:
            seeds.plant(session)
        with unit_of_work(system_identity("tests")) as session:
            world = build_world(session)
        report_id = plant_reports(world)
        db.session.remove()
    return Mirrored(primary=primary, replica=replica, app=app, world=world, report_id=report_id)


def _followed(primary: LocalCluster, folder: Path) -> LocalCluster:
    """A second server, started on a copy of the first that goes on receiving what it writes."""
    location = primary.location.with_name("replica")
    replica = replace(
        primary,
        location=location,
        socket_dir=primary.socket_dir.with_name(f"{primary.socket_dir.name}-r"),
    )
    replica._private_dir(location)
    primary._run(
        "pg_basebackup", "-h", primary.socket_dir, "-U", SUPERUSER, "-D", replica.data, "-R", "-X", "stream", "-c", "fast",
    )  # fmt: skip
    replica.start(settings=SETTINGS)
    return replica
