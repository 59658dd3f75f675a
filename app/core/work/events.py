"""Events between domains: the one that acts must not know who listens.

Listeners run in the transaction of the act: the feed, the notifications and the labels stand or fall with it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Something happened around a firm."""

    #: ``domain:object:action``
    kind: str
    siren: str
    departments: list[str]
    subject_kind: str
    subject_id: int
    occurred_on: date
    #: the audience; ``None``: the fact is known to the zone
    network_id: int | None = None
    nature: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


Listener = Callable[[Session, Identity, DomainEvent], None]

_listeners: dict[str, list[Listener]] = defaultdict(list)


def listen(kind: str, listener: Listener) -> None:
    """Call ``listener`` for events of ``kind``; ``"*"`` hears all. Registering twice changes nothing."""
    if listener not in _listeners[kind]:
        _listeners[kind].append(listener)


def emit(session: Session, identity: Identity, event: DomainEvent) -> None:
    """Tell every listener, in order of registration."""
    for listener in (*_listeners[event.kind], *_listeners["*"]):
        listener(session, identity, event)
