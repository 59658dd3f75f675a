"""Events around a firm: the domain that acts notifies those above it, which may or may not exist.

Listeners run in the transaction of the act: the feed and the notifications are committed or rolled back with it. Secrets, such
as a probability of selection, are never put into an event: they are passed directly to whoever needs them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.journal import Event
from app.core.slots import Slot


class EventKind(StrEnum):
    """What may happen around a firm, as ``domain:object:action``, and the journal event that records the act."""

    journaled_as: Event

    def __new__(cls, journaled_as: Event, code: str | None = None) -> "EventKind":
        """Build a member from a journal event; ``code`` is needed when that event also records other acts."""
        member = str.__new__(cls, code or journaled_as.value)
        member._value_ = code or journaled_as.value
        member.journaled_as = journaled_as
        return member

    #: a list is journaled once, not entry by entry
    ALERTED = Event.DETECTION_LIST_PUBLISHED, "detections:entry:alerted"
    ALERT_ANSWERED = Event.ALERT_ANSWERED
    ALERT_RETURNED = Event.ALERT_RETURNED
    ATTACHMENT_ADDED = Event.ATTACHMENT_ADDED
    CASE_OPENED = Event.CASE_OPENED
    CASE_CLOSED = Event.CASE_CLOSED
    CASE_HANDED_OVER = Event.CASE_HANDED_OVER
    CASE_REOPENED = Event.CASE_REOPENED
    CASE_DELETED = Event.CASE_DELETED
    CASE_RESTORED = Event.CASE_RESTORED
    CASE_MEMBER_CHANGED = Event.CASE_MEMBER_CHANGED
    CASE_STATE_CHANGED = Event.CASE_UPDATED, "cases:state:changed"
    OUTCOME_REVISED = Event.CASE_UPDATED, "cases:outcome:revised"
    FIRM_EXAMINED = Event.FIRM_EXAMINED
    FIRM_ASSIGNED = Event.FIRM_ASSIGNED
    COMMENT_WIDENED = Event.COMMENT_WIDENED
    COMMENT_WRITTEN = Event.COMMENT_WRITTEN
    CONTACT_ENDED = Event.CONTACT_ENDED
    CONTACT_TAKEN = Event.CONTACT_TAKEN
    DEADLINE_ASSIGNED = Event.DEADLINE_ASSIGNED
    DEADLINE_DUE = Event.DEADLINE_DUE
    DEADLINE_SETTLED = Event.DEADLINE_SETTLED
    REFERRAL_ANSWERED = Event.NEED_ANSWERED
    REFERRAL_SENT = Event.NEED_SENT
    REFERRAL_WITHDRAWN = Event.NEED_WITHDRAWN
    SIGNAL_WRITTEN = Event.SIGNAL_WRITTEN
    SUMMARY_WRITTEN = Event.SUMMARY_WRITTEN
    UNLOCK_OPENED = Event.UNLOCK_OPENED
    VISIT_LOGGED = Event.VISIT_LOGGED
    VISIT_CORRECTED = Event.VISIT_CORRECTED
    VISIT_SHARED = Event.VISIT_SHARED


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Something happened around a firm. ``details``: codes and row ids, readable by the entire audience."""

    kind: EventKind
    siren: str
    departments: list[str]
    subject_kind: str
    subject_id: int
    occurred_on: date
    #: the audience; ``None``: the whole zone
    network_id: int | None = None
    nature: str | None = None
    details: Mapping[str, str | int | None] = field(default_factory=dict)


Listener = Callable[[Session, Identity, DomainEvent], None]

#: the functions of upper domains called with every event
listeners: Slot[Listener] = Slot("listeners of events")


def emit(session: Session, identity: Identity, event: DomainEvent) -> None:
    """Call every listener with ``event``."""
    for listener in listeners:
        listener(session, identity, event)
