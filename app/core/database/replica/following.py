"""How far the replica is behind the primary; one that is away, late or of another instance is not read.

Nothing is written for it: the two servers are asked how far each is in the log of the database. Once the replica has replayed
what the primary had written at a moment, it is not later than that moment, even where nothing is committed for hours.
"""

import threading
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, Row, text
from sqlalchemy.exc import SQLAlchemyError

from app.core.logging import get_logger

logger = get_logger(__name__)

#: seconds between two looks; after one that found nobody, which may have taken as long as a connection is waited for
LOOK_EVERY, LOOK_AGAIN = 1.0, 5.0
_OF_PRIMARY = text(
    "select system_identifier as instance, pg_current_wal_lsn()::text as position, clock_timestamp() as moment"
    " from pg_control_system()"
)
_OF_REPLICA = text(
    "select pg_is_in_recovery() and system_identifier = :instance as follows, pg_last_xact_replay_timestamp() as replayed_at,"
    " pg_last_wal_replay_lsn() >= cast(:position as pg_lsn) as has_all,"
    " pg_last_wal_replay_lsn() >= cast(:former as pg_lsn) as has_former from pg_control_system()"
)


class ReplicaState(StrEnum):
    """What the replica is good for."""

    FOLLOWS = "follows"
    LATE = "late"
    AWAY = "away"
    UNKNOWN = "unknown"
    #: it takes writes of its own, or copies the database of another instance
    STRANGER = "stranger"


@dataclass(frozen=True, kw_only=True)
class ReplicaLook:
    """What a look found: ``late`` is at most how many seconds the replica is behind, `None` when nobody knows."""

    state: ReplicaState
    late: float | None = None


@dataclass(frozen=True, kw_only=True)
class LogPosition:
    """How far a primary was in its log, and when by its own clock."""

    instance: int
    position: str
    moment: datetime


class Follower:
    """What this process knows of the replica; every thread may ask."""

    def __init__(self, primary: Engine, replica: Engine, *, latest: int) -> None:
        """``latest``: seconds behind the primary beyond which the replica is not read."""
        self.replica = replica
        self._primary, self._latest = primary, latest
        self._turn = threading.Lock()
        self._look = ReplicaLook(state=ReplicaState.UNKNOWN)
        self._next_at = 0.0
        self._former: LogPosition | None = None

    def is_followed(self) -> bool:
        """Whether the replica may be read now. One thread looks, when the time has come; the others take what was just known."""
        if time.monotonic() >= self._next_at and self._turn.acquire(blocking=False):
            try:
                self._know(self.look())
            finally:
                self._turn.release()
        # While another thread looks, what was known just before stands; what was known before a silence says nothing of now.
        is_known = time.monotonic() < self._next_at + LOOK_EVERY
        return is_known and self._look.state is ReplicaState.FOLLOWS

    def lose(self) -> None:
        """Read it no more for a while: it went away, or put a reader out, in the middle of a page."""
        self._know(ReplicaLook(state=ReplicaState.AWAY))

    def look(self) -> ReplicaLook:
        """Ask the two servers. While the primary is away nothing is written that the replica lacks: what was known stands."""
        try:
            with self._primary.connect() as connection:
                now = LogPosition(**connection.execute(_OF_PRIMARY).one()._mapping)  # noqa: SLF001
        except SQLAlchemyError as error:
            logger.warning("primary away, replica read as last known", kind=type(error).__name__)
            return self._look
        former, self._former = self._former or now, now
        try:
            with self.replica.connect() as connection:
                asked = {**asdict(now), "former": former.position}
                row = connection.execute(_OF_REPLICA, asked).one()
        except SQLAlchemyError:
            return ReplicaLook(state=ReplicaState.AWAY)
        return self._judged(row, now, former)

    def _judged(self, row: Row[Any], now: LogPosition, former: LogPosition) -> ReplicaLook:
        if not row.follows:
            return ReplicaLook(state=ReplicaState.STRANGER)
        bounds = [now.moment - now.moment] if row.has_all else []
        bounds += [now.moment - former.moment] if row.has_former else []
        bounds += [now.moment - row.replayed_at] if row.replayed_at else []
        late = min((each.total_seconds() for each in bounds), default=None)
        is_late = late is None or late > self._latest
        return ReplicaLook(state=ReplicaState.LATE if is_late else ReplicaState.FOLLOWS, late=late)

    def _know(self, look: ReplicaLook) -> None:
        if look.state is not self._look.state:
            say = logger.info if look.state is ReplicaState.FOLLOWS else logger.warning
            say("replica", state=look.state.value, late_seconds=look.late)
        self._look = look
        wait = LOOK_AGAIN if look.state is ReplicaState.AWAY else LOOK_EVERY
        self._next_at = time.monotonic() + wait
