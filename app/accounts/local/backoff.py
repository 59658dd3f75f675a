"""Failures cost time: an account, its second factor and a network address each wait longer after each failure.

An attempt is counted as failed before it is checked, and the count is undone if it succeeds: sent all at once, no more attempts
are checked than if sent one by one. During a delay, attempts are refused without being checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from math import ceil

from sqlalchemy import delete, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import LoginAttempt, Throttled
from app.core.now import TOLERANCE, utcnow

#: failures this old are forgotten
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """The first ``free`` failures cost nothing; the next ones 2 s, 4 s, 8 s… up to ``longest``, then possibly a lock."""

    free: int
    longest: timedelta
    locks_after: int | None = None
    lock: timedelta = timedelta(0)
    #: one failure is forgotten per period of this length; ``None``: only a success forgets them
    leak: timedelta | None = None

    def is_locked_by(self, failures: int) -> bool:
        """Whether this many failures cause a lock."""
        return self.locks_after is not None and failures >= self.locks_after

    def pause(self, failures: int) -> timedelta:
        """How long to wait after this many failures."""
        if self.is_locked_by(failures):
            return self.lock
        over = failures - self.free
        # Beyond 2^16 s every limit has reached its longest pause.
        return (
            min(timedelta(seconds=2 ** min(over + 1, 16)), self.longest)
            if over >= 0
            else timedelta(0)
        )

    def left(self, failures: int, *, since: timedelta) -> int:
        """How many of ``failures`` still count once ``since`` has elapsed."""
        if self.is_locked_by(failures):
            # The lock has expired, or this would not be called: start again from zero.
            return 0
        return failures if self.leak is None else max(0, failures - int(since / self.leak))


_PERSON = Limit(free=3, longest=timedelta(minutes=1), locks_after=10, lock=timedelta(hours=1))
LIMITS = {
    Throttled.ACCOUNT: _PERSON,
    Throttled.FACTOR: _PERSON,
    # A whole administration may share one address: a thousand agents who each mistype once in a working day stay under
    # the two failures a minute that are forgotten, and fifty at once, on a Monday morning, cost nobody anything. Beyond
    # that, an address can try at most 120 passphrases an hour, and is never locked: it would lock out everybody there.
    Throttled.ADDRESS: Limit(free=50, longest=timedelta(seconds=30), leak=timedelta(seconds=30)),
}


@dataclass(frozen=True)
class AttemptSubject:
    """What an attempt is counted against: ``value`` is the e-mail address typed, the id of an agent, or a network address."""

    kind: Throttled
    value: str
    agent_id: int | None = None

    @property
    def key(self) -> tuple[Throttled, bytes]:
        """The primary key of its row."""
        return self.kind, sha256(self.value.encode()).digest()


def of_account(email: str, agent_id: int | None) -> AttemptSubject:
    """An account by e-mail address, whether it exists or not: both must behave alike."""
    return AttemptSubject(Throttled.ACCOUNT, email.strip().lower(), agent_id)


def of_factor(agent_id: int) -> AttemptSubject:
    """The second factor of an agent."""
    return AttemptSubject(Throttled.FACTOR, str(agent_id), agent_id)


def of_address(address: str) -> AttemptSubject:
    """A network address; in IPv6, the /64 that one subscriber holds."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return AttemptSubject(Throttled.ADDRESS, address)
    value = str(parsed) if parsed.version == 4 else parsed.exploded[:19]
    return AttemptSubject(Throttled.ADDRESS, value)


def admit(session: Session, subjects: Sequence[AttemptSubject]) -> LoginAttempt | None:
    """Count an attempt against each of ``subjects``, unless one of them must wait: then count nothing and return its row."""
    moment = utcnow()
    # Always in the same order: two attempts never deadlock.
    rows = [_locked_row(session, subject, moment) for subject in subjects]
    for row in rows:
        _bring_back(row, moment)
        if row.blocked_until is not None and row.blocked_until > moment:
            return row
    for row in rows:
        limit = LIMITS[row.kind]
        row.failures = limit.left(row.failures, since=moment - row.failed_at) + 1
        row.failed_at = moment
        pause = limit.pause(row.failures)
        row.blocked_until = moment + pause if pause else None
    session.flush()
    return None


def record_success(session: Session, subjects: Sequence[AttemptSubject]) -> None:
    """Undo the attempt, which succeeded: an account or a factor starts afresh, an address has one failure fewer."""
    for subject in subjects:
        row = _locked_row(session, subject, utcnow())
        if subject.kind == Throttled.ADDRESS and row.failures > 1:
            row.failures, row.blocked_until = row.failures - 1, None
        else:
            session.delete(row)
    session.flush()


def seconds_left(session: Session, subject: AttemptSubject) -> int:
    """How long ``subject`` must still wait; 0 when it need not."""
    row = session.get(LoginAttempt, subject.key)
    if row is None or row.blocked_until is None:
        return 0
    return max(0, ceil((row.blocked_until - utcnow()).total_seconds()))


def is_locked(session: Session, subject: AttemptSubject) -> bool:
    """Whether ``subject`` is now locked by its failures."""
    row = session.get(LoginAttempt, subject.key)
    return row is not None and is_lock(row)


def is_lock(row: LoginAttempt) -> bool:
    """Whether ``row`` is locked, rather than delayed."""
    return LIMITS[row.kind].is_locked_by(row.failures)


def unlock(session: Session, subjects: Sequence[AttemptSubject]) -> bool:
    """Forget the failures of ``subjects``; return whether there were any."""
    keys = [subject.key for subject in subjects]
    forgotten = delete(LoginAttempt).where(
        tuple_(LoginAttempt.kind, LoginAttempt.subject_hash).in_(keys)
    )
    return bool(session.scalars(forgotten.returning(LoginAttempt.failures)).all())


def purge(session: Session) -> None:
    """Delete the failures older than `FORGOTTEN`."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.failed_at < utcnow() - FORGOTTEN))


def _bring_back(row: LoginAttempt, moment: datetime) -> None:
    """Count a failure of a clock that was ahead from now on: its delay lasts as long as it would have, no longer."""
    ahead = row.failed_at - moment
    if ahead > TOLERANCE:
        row.failed_at -= ahead
        row.blocked_until = row.blocked_until and row.blocked_until - ahead


def _locked_row(session: Session, subject: AttemptSubject, moment: datetime) -> LoginAttempt:
    kind, digest = subject.key
    first = insert(LoginAttempt).values(
        kind=kind, subject_hash=digest, agent_id=subject.agent_id, failures=0, failed_at=moment
    )
    # An update that changes nothing locks the row that is there: one left alone may be deleted by a success before it is read.
    keys = [LoginAttempt.kind, LoginAttempt.subject_hash]
    session.execute(first.on_conflict_do_update(index_elements=keys, set_={"kind": kind}))
    return session.get_one(LoginAttempt, subject.key, populate_existing=True)
