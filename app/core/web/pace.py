"""How often one may ask what costs much or takes data out, counted in one's own recent lines of the journal.

Nothing else is kept: what is limited is journaled anyway, and a limit that several processes share needs no cache.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from app.core.access.guard import View, require_identity
from app.core.access.identity import Identity
from app.core.journal import Event, JournalEntry
from app.core.web.htmx import wants_fragment
from app.extensions import db
from config import Config


@dataclass(frozen=True, kw_only=True)
class Pace:
    """At most so many lines of ``events`` by one agent ``within`` a time."""

    events: tuple[Event, ...]
    within: timedelta
    limit: Callable[[Config], int]
    #: French: what there were too many of
    told: str


SEARCHES = Pace(
    events=(Event.SEARCHED,),
    within=timedelta(minutes=1),
    limit=lambda config: config.searches_per_minute,
    told="recherches en une minute",
)
EXPORTS = Pace(
    events=tuple(event for event in Event if event.takes_out),
    within=timedelta(hours=1),
    limit=lambda config: config.exports_per_hour,
    told="exports en une heure",
)


def paced(pace: Pace) -> Callable[[View], View]:
    """Refuse a view, under its `access`, to whoever goes faster than ``pace``: 429, and when to try again."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def slowed(**arguments: object) -> ResponseReturnValue:
            limit = pace.limit(current_app.config["VIGIE"])
            wait = seconds_to_wait(db.session(), require_identity(), pace, limit=limit)
            if wait:
                told = f"Vous avez fait {limit} {pace.told} : c’est le plus que Vigie accepte."
                raise TooManyRequests(told, retry_after=wait)
            return view(**arguments)

        slowed.pace = pace  # type: ignore[attr-defined]
        return slowed

    return declare


def seconds_to_wait(session: Session, identity: Identity, pace: Pace, *, limit: int) -> int:
    """How long until one more is allowed; 0 when it is now."""
    # The moment the transaction began, not the clock's: it is stable, so that indexes and months are used.
    since = func.now() - pace.within
    statement = (
        select(func.extract("epoch", JournalEntry.recorded_at - since))
        .where(
            JournalEntry.actor_id == identity.person.agent_id,
            JournalEntry.event.in_([event.value for event in pace.events]),
            JournalEntry.recorded_at > since,
        )
        .order_by(JournalEntry.recorded_at.desc())
        .offset(limit - 1)
        .limit(1)
    )
    left = session.scalar(statement)
    return 0 if left is None else max(1, math.ceil(left))


def init_app(app: Flask) -> None:
    """Register the page of the refusal."""
    app.register_error_handler(TooManyRequests, _refuse)


def _refuse(error: TooManyRequests) -> tuple[str, int, dict[str, str]]:
    wait = error.retry_after if isinstance(error.retry_after, int) else 60
    message = f"{error.description} Réessayez dans {_spoken(wait)}."
    page = "layouts/_refusal.html" if wants_fragment() else "layouts/error.html"
    told = render_template(page, title="Trop de demandes à la suite", message=message, code=429)
    return told, 429, {"Retry-After": str(wait)}


def _spoken(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} seconde{'s' if seconds > 1 else ''}"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minute{'s' if minutes > 1 else ''}"
