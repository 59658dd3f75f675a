"""Rate limits on what is costly or takes data out, counted from the agent's own recent lines in the journal.

Nothing else is stored: what is limited is journaled anyway, so a limit shared by several processes needs no cache.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from app.core.access.guard import View, require_identity
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.journal import Event, JournalEntry, written_at
from app.core.web.htmx import wants_fragment
from app.extensions import db
from config import Config

#: the advisory locks of those who are counted
PACES = 7_146_010


@dataclass(frozen=True, kw_only=True)
class Pace:
    """At most ``limit(config)`` journal lines of ``events`` by one agent ``within`` a period."""

    events: tuple[Event, ...]
    within: timedelta
    limit: Callable[[Config], int]
    #: in French, what there were too many of
    description: str


SEARCHES = Pace(
    events=(Event.SEARCHED, Event.SUGGESTED),
    within=timedelta(minutes=1),
    limit=lambda config: config.searches_per_minute,
    description="recherches en une minute",
)
EXPORTS = Pace(
    events=tuple(event for event in Event if event.takes_out),
    within=timedelta(hours=1),
    limit=lambda config: config.exports_per_hour,
    description="exports en une heure",
)


def paced(pace: Pace) -> Callable[[View], View]:
    """Make a view, under its `access`, answer 429 to anybody who exceeds ``pace``, and say when to try again."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def limited(**arguments: object) -> ResponseReturnValue:
            limit = pace.limit(current_app.config["VIGIE"])
            wait = seconds_to_wait(db.session(), require_identity(), pace, limit=limit)
            if wait:
                message = (
                    f"Vous avez fait {limit} {pace.description} : c’est le plus que Vigie accepte."
                )
                raise TooManyRequests(message, retry_after=wait)
            return view(**arguments)

        limited.pace = pace  # type: ignore[attr-defined]
        return limited

    return declare


def seconds_to_wait(session: Session, identity: Identity, pace: Pace, *, limit: int) -> int:
    """Seconds until one more is allowed; 0 when one is allowed now."""
    # What one person asks for at once is counted in turn: until the end of its transaction, each sees the line of the former one.
    take_turn(session, PACES, identity.person.agent_id or 0)
    asked = {"actor": identity.person.agent_id, "skipped": limit - 1}
    left = session.scalar(_statement(pace), asked)
    return 0 if left is None else max(1, math.ceil(left))


@functools.cache
def _statement(pace: Pace) -> Select[Any]:
    # The transaction's start time, not the clock's: it is stable, so the indexes and monthly partitions are used.
    since, moment = func.now() - pace.within, written_at()
    return (
        select(func.extract("epoch", moment - since))
        .where(
            JournalEntry.actor_id == bindparam("actor"),
            JournalEntry.event.in_([event.value for event in pace.events]),
            JournalEntry.recorded_at > since,
            # A line from a clock that was ahead counts neither now, nor for days.
            moment.between(since, func.clock_timestamp()),
        )
        .order_by(moment.desc())
        .offset(bindparam("skipped", type_=Integer()))
        .limit(1)
    )


def init_app(app: Flask) -> None:
    """Register the 429 page."""
    app.register_error_handler(TooManyRequests, _refuse)


def _refuse(error: TooManyRequests) -> tuple[str, int, dict[str, str]]:
    wait = error.retry_after if isinstance(error.retry_after, int) else 60
    message = f"{error.description} Réessayez dans {_spoken(wait)}."
    page = "layouts/_refusal.html" if wants_fragment() else "layouts/error.html"
    body = render_template(page, title="Trop de demandes à la suite", message=message, code=429)
    return body, 429, {"Retry-After": str(wait)}


def _spoken(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} seconde{'s' if seconds > 1 else ''}"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minute{'s' if minutes > 1 else ''}"
