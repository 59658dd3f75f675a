"""What was done to keep the service: each backup, and each drill that restored one."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class BackupState(LabelledEnum):
    """What became of a backup."""

    FAILED = "echec", "Échec"
    KEPT = "gardee", "Gardée"
    REMOVED = "retiree", "Retirée"


class DrillState(LabelledEnum):
    """The state of a drill."""

    WAITING = "en_attente", "En attente"
    RUNNING = "en_cours", "En cours"
    PASSED = "reussi", "Réussi"
    FAILED = "echec", "Échec"


class Backup(Base):
    """A backup that was made, or that failed; its keys and its content are nowhere here."""

    __tablename__ = "backup"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: of the folder; nothing for one that failed
    name: Mapped[str | None] = mapped_column(unique=True)
    place: Mapped[str]
    state: Mapped[BackupState] = enum_column(BackupState)
    started_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: the moment it tells of
    made_at: Mapped[datetime | None]
    seconds: Mapped[float]
    #: bytes, encrypted
    size: Mapped[int | None] = mapped_column(BigInteger)
    rows: Mapped[int | None] = mapped_column(BigInteger)
    files: Mapped[int | None]
    #: in French, why it failed
    trouble: Mapped[str | None]

    __table_args__ = (
        code_check("state", BackupState),
        CheckConstraint("(state = 'echec') = (name is null)", name="named_unless_failed"),
        Index("ix_backup_started_at", "started_at"),
    )


class Drill(Base):
    """A backup restored beside the instance to see that it can be, asked by the calendar or by a person."""

    __tablename__ = "backup_drill"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[DrillState] = enum_column(DrillState)
    asked_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: nobody: the calendar
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: the backup that was restored, and the moment it tells of
    backup_name: Mapped[str | None]
    made_at: Mapped[datetime | None]
    #: from the order to the page that is served: how long the service would be away, its disk being at hand
    seconds: Mapped[float | None]
    #: what was tried: ``name``, ``passed``, ``told``, ``seconds``
    trials: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    #: in French, why it could not be tried
    trouble: Mapped[str | None]

    __table_args__ = (
        code_check("state", DrillState),
        # One at a time: the scratch cluster takes memory and disk.
        Index(
            "uq_backup_drill_in_progress",
            text("(true)"),
            unique=True,
            postgresql_where=text("state in ('en_attente', 'en_cours')"),
        ),
    )

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in {DrillState.PASSED, DrillState.FAILED}
