"""How a line of the journal reads in French: its event, its subject, and its details in words."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.audit.reading.watching import Mass
from app.audit.reading.words import CHANGES, CODES, GROUNDS, LONG, NAMES, PARTS, REFUSALS
from app.core.journal import Event, JournalEntry
from app.core.text.exports.spreadsheets import CellKind, Column
from app.core.text.french import date_fr, datetime_fr, siret_fr
from app.core.text.labelled import LabelledEnum


class ActivityKind(LabelledEnum):
    """The kind of action, in one word."""

    READ = "lu", "Ce que j’ai lu"
    TAKEN_OUT = "exporte", "Ce que j’ai exporté"
    WRITTEN = "ecrit", "Ce que j’ai écrit ou modifié"
    SESSION = "compte", "Mes connexions et mon compte"


READ = frozenset({"read", "used"})
A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
A_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}\S*$")
WRITERS: dict[str, Callable[[Any], str]] = {
    "change": lambda code: CHANGES.get(code, str(code)),
    "seen_as": lambda agent: str(agent["name"]),
    "siret": siret_fr,
}

COLUMNS = (
    Column("Numéro", CellKind.NUMBER, width=10),
    Column("Moment", width=26),
    Column("Agent", width=28),
    Column("Compte", CellKind.NUMBER, width=10),
    Column("Événement", width=32),
    Column("Siren", width=12),
    Column("Précisions", width=100),
)


def label_of(code: str) -> str:
    """Return the event in French; for an event of another version, its code."""
    try:
        return Event(code).label
    except ValueError:
        return code


def unusual(line: JournalEntry) -> dict[str, Any]:
    """Return what an alert says of an agent: « 120 entreprises ouvertes une à une », the threshold, the day, and where to look."""
    details = line.details
    mass = Mass(details.get("measure", Mass.OPENED))
    shown_by = {Mass.OPENED: Event.COMPANY_READ, Mass.LISTED: Event.DETECTION_LIST_READ}
    return {
        "words": f"{details['name']}, {details['firms']} entreprises {mass.label}",
        "threshold": details["threshold"],
        "day": details["day"],
        "filters": {
            "agent": details["agent"],
            "evenement": shown_by[mass].value,
            "du": details["day"],
            "au": details["day"],
        },
    }


def events_of(kind: ActivityKind) -> tuple[Event, ...]:
    """Return the events of a kind."""
    return tuple(event for event in Event if kind_of(event) == kind)


def kind_of(event: Event) -> ActivityKind:
    """Return the kind of an event."""
    if event.takes_out:
        return ActivityKind.TAKEN_OUT
    if event.action in READ:
        return ActivityKind.READ
    return ActivityKind.SESSION if event.value.startswith("accounts:") else ActivityKind.WRITTEN


def details_of(
    line: JournalEntry, *, left_out: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    """Return ``(label, text)`` for each informative detail."""
    return [
        (NAMES.get(name, name.replace("_", " ").capitalize()), _words(name, value))
        for name, value in line.details.items()
        if name not in left_out and value not in (None, "", [], {})
    ]


def definitions_of(line: JournalEntry) -> list[dict[str, str]]:
    """Each detail as the macro ``definitions`` shows it."""
    return [{"label": label, "value": text} for label, text in details_of(line)]


def sentence_of(line: JournalEntry) -> str:
    """Return all the details on one line: « Dans la zone : non ; Motif d’accès : aucun, hors zone »."""
    return _joined(details_of(line))


def summary_of(line: JournalEntry) -> str:
    """Return the details that a list has room for."""
    return _joined(details_of(line, left_out=LONG))


def is_out_of_zone(line: JournalEntry) -> bool:
    """Return whether the line is an out-of-zone reading."""
    return line.details.get("in_zone") is False


def reason_label(code: object) -> str:
    """Return the reason of an access or of a refusal, in French; a typed reason is left as is."""
    return GROUNDS.get(str(code)) or REFUSALS.get(str(code)) or str(code)


def iso_day(text: str) -> str:
    """Return « 22 novembre 2026 » for the ISO date of a detail."""
    return date_fr(date.fromisoformat(text))


def by_agent(outings: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    """Group the rows of the report by agent, in order: (first row, all rows) pairs."""
    groups: dict[object, list[Any]] = {}
    for row in outings:
        groups.setdefault(row.actor_id, []).append(row)
    return [(rows[0], rows) for rows in groups.values()]


def _joined(details: Sequence[tuple[str, str]]) -> str:
    """Return « Visite n° 3 ; Contexte modifié : oui »."""
    return " ; ".join(
        f"{label} {text}" if label.endswith("n°") else f"{label} : {text}"
        for label, text in details
    )


def _words(name: str, value: Any) -> str:
    if name == "reason":
        return reason_label(value)
    if name in WRITERS:
        return WRITERS[name](value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Mapping):
        return " ; ".join(_pair(name, str(key), item) for key, item in value.items()) or "aucun"
    if isinstance(value, list):
        return ", ".join(_words(name, item) for item in value)
    return _coded(str(value), CODES.get(name, ()))


def _pair(name: str, key: str, value: Any) -> str:
    """Return a filter and its values, or a field before and after."""
    if name == "changes" and isinstance(value, list) and len(value) == 2:
        before, after = (_words(name, side) if side is not None else "vide" for side in value)
        return f"{key} : {before or 'vide'} → {after or 'vide'}"
    key = PARTS.get(key, key)
    return f"{key} : {_words(name, value) if value not in (None, '', []) else 'tous'}"


def _coded(text: str, kinds: Sequence[type[LabelledEnum]]) -> str:
    for kind in kinds:
        if text in {member.value for member in kind}:
            return kind(text).label
    if A_MOMENT.match(text):
        return datetime_fr(datetime.fromisoformat(text))
    return iso_day(text) if A_DAY.fullmatch(text) else text
