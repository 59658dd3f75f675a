"""Its PostgreSQL: up to date, durable, in UTF-8, at the right hour, followed by its replica."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import text

from app.core.database.replica import reading
from app.core.database.replica.following import ReplicaState
from app.operations.checks.findings import InstanceFinding, Looked, blocking, unsafe
from app.operations.health.queries import is_current

#: settings without which what was committed may be lost
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
#: what is said of a replica that is not read
UNFIT_REPLICA = {
    ReplicaState.AWAY: unsafe(
        "La réplique de DATABASE_READ_URL ne répond pas : le serveur principal sert seul toutes les pages.",
        "Vérifiez l’adresse, le réseau, le rôle et pg_hba.conf de la réplique.",
    ),
    ReplicaState.LATE: unsafe(
        "La réplique de DATABASE_READ_URL est en retard : elle n’est plus lue, le serveur principal sert toutes les pages.",
        "Regardez pg_stat_replication sur le serveur principal, et le journal de la réplique.",
    ),
    ReplicaState.STRANGER: blocking(
        "DATABASE_READ_URL ne désigne pas une réplique de cette base : ce serveur accepte des écritures, ou suit une autre instance.",
        "Refaites la réplique avec pg_basebackup -R (docs/beyond-one-machine.md), ou retirez DATABASE_READ_URL.",
    ),
}
#: seconds between the clock of the machine and the server's
APART = 5


def check_migrations(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether the tables are those that this version expects."""
    if not is_current(looked.session):
        yield blocking(
            "Les tables de la base ne sont pas celles que cette version de Vigie attend.",
            "Faites une sauvegarde, puis : flask --app wsgi instance create",
        )


def check_durability(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether what is committed stays."""
    for name, expected in DURABLE.items():
        value = looked.session.scalar(text(f"show {name}"))
        if value != expected:
            yield unsafe(
                f"PostgreSQL a {name} = {value} : une coupure de courant perdrait ce que des agents ont écrit.",
                f"Remettez {name} = {expected} dans sa configuration.",
            )


def check_letters(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether the database is in UTF-8."""
    encoding = looked.session.scalar(text("show server_encoding"))
    if encoding != "UTF8":
        yield blocking(
            f"La base est en {encoding} : les noms accentués n’y entreraient pas tous.",
            "Créez-la de nouveau avec encoding 'UTF8' template template0.",
        )


def check_clock(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether the machine and its database agree on the hour."""
    moment = looked.session.scalar(text("select clock_timestamp()"))
    apart = abs((moment - datetime.now(UTC)).total_seconds())
    if apart > APART:
        yield unsafe(
            f"L’horloge de la machine et celle de la base diffèrent de {apart:.0f} secondes.",
            "Réglez les deux sur le même serveur de temps (NTP) : les codes à usage unique suivent celle de la machine.",
        )


def check_replica(_looked: Looked) -> Iterator[InstanceFinding]:
    """Whether the replica, where there is one, follows this database and is not late."""
    found = reading.follower()
    if found is not None and (said := UNFIT_REPLICA.get(found.look().state)):
        yield said
