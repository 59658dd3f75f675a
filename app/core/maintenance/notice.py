"""What the database says of a maintenance: a comment on it, which outlives its tables and is read by every host.

A table would go with a restore, and would not be there in the version that one upgrades from. Only the owner of the database writes
the comment; what an administrator of the server had written there is put back at the end.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import psycopg
from psycopg import sql

#: what the comment begins with when it is ours
OURS = '{"vigie":'
COMMENT = "shobj_description((select oid from pg_database where datname = current_database()), 'pg_database')"


class UpgradeStep(StrEnum):
    """Where an upgrade is; a killed one goes on, or back, from there."""

    #: requests and tasks in progress end; nothing was touched
    WAITING = "attente"
    #: nothing was touched, and nobody writes
    SAVING = "sauvegarde"
    #: in one transaction: nothing was touched as long as it says so
    MIGRATING = "migration"
    #: the tables are those of the new version, and are tried
    TRYING = "essais"
    #: the backup is being put back
    BACKING_OUT = "retour"


@dataclass(frozen=True, kw_only=True)
class UpgradeInProgress:
    """An upgrade that has not reached its end."""

    step: UpgradeStep
    since: datetime
    #: the last migration before it
    former: str
    #: the backup made for it, ``<place>/<name>``
    backup: str | None = None


@dataclass(frozen=True, kw_only=True)
class TeamWork:
    """The team works on the instance; ``reason`` is shown to whoever comes."""

    since: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class MaintenanceNotice:
    """What the database says: open when nothing is in progress."""

    upgrade: UpgradeInProgress | None = None
    work: TeamWork | None = None
    #: what the comment said, that is not ours
    beside: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether pages are served and tasks taken."""
        return self.upgrade is None and self.work is None


def read(comment: str | None) -> MaintenanceNotice:
    """What the comment of a database says."""
    if comment is None or not comment.startswith(OURS):
        return MaintenanceNotice(beside=comment)
    told: dict[str, Any] = json.loads(comment)["vigie"]
    upgrade, work = told["upgrade"], told["work"]
    return MaintenanceNotice(
        upgrade=upgrade and UpgradeInProgress(
            step=UpgradeStep(upgrade["step"]), since=datetime.fromisoformat(upgrade["since"]),
            former=upgrade["former"], backup=upgrade["backup"],
        ),
        work=work and TeamWork(since=datetime.fromisoformat(work["since"]), reason=work["reason"]),
        beside=told["beside"],
    )  # fmt: skip


def found(connection: "psycopg.Connection[Any]") -> MaintenanceNotice:
    """What the database of a connection says."""
    ((comment,),) = connection.execute(sql.SQL("select ") + sql.SQL(COMMENT)).fetchall()
    return read(comment)


def post(connection: "psycopg.Connection[Any]", notice: MaintenanceNotice) -> None:
    """Have the database say it, in the transaction of ``connection``, the owner's."""
    told = (
        notice.beside if notice.is_open else json.dumps({"vigie": asdict(notice)}, default=_plain)
    )
    comment = sql.SQL("comment on database {} is {}").format(
        sql.Identifier(connection.info.dbname), sql.Literal(told)
    )
    connection.execute(comment)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))
