"""A calendar as agendas read it: RFC 5545."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from app.core.front.addresses import address_of
from app.deadlines.calendar.services import CalendarEntry

MADE_BY = "-//Vigie//Échéances//FR"
#: what an agenda shows: whose agenda it is, and who runs it, Vigie does not know
SAID = "Échéance Vigie"
#: how often an agenda should ask again
EVERY = timedelta(hours=1)


def calendar_of(entries: Iterable[CalendarEntry]) -> bytes:
    """Return the file of a calendar: a day and a link for each échéance, and no firm."""
    calendar = Calendar()
    calendar.add("prodid", MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", SAID)
    calendar.add("refresh-interval", EVERY, parameters={"value": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: CalendarEntry) -> Event:
    address = address_of("deadlines.detail", deadline_id=entry.number)
    event = Event()
    event.add("uid", f"echeance-{entry.number}@{urlsplit(address).hostname}")
    event.add("dtstamp", entry.planned_at)
    event.add("dtstart", entry.day)
    event.add("summary", SAID)
    event.add("url", address)
    event.add("description", address)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
