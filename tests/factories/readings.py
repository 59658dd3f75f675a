"""A service in which everything is in order, as it would be read; and, for each watched thing, what puts it out of order."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.operations.watch.models import WatchStanding
from app.operations.watch.readings import (
    EntriesReading,
    ImportsReading,
    KeptReading,
    MailReading,
    ProcessesReading,
    QueueReading,
    Readings,
    RoomReading,
    RunReading,
    SealsReading,
    SourceReading,
    WorkReading,
)

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
GIGABYTE = 1024**3

HEALTHY = Readings(
    moment=NOW,
    processes=ProcessesReading(tables=True, clock=True, worker=True),
    work=WorkReading(queues=(QueueReading(task="mail:send", waiting=2, seconds=4.0),), failed=0),
    mail=MailReading(waiting=2, late=0, given_up=0),
    imports=ImportsReading(
        sources=(
            SourceReading(
                source="cotisation", label="Cotisations", month=date(2026, 10, 1),
                published_at=NOW - timedelta(days=9), usual=2,
            ),
            SourceReading(source="sirene_ul", label="Sirene", month=None, published_at=NOW - timedelta(days=5), usual=None),
        ),
        is_refused=False,
        undecided=0,
    ),
    run=RunReading(
        has_model=True, is_failed=False, as_of=date(2026, 11, 25), began_at=NOW - timedelta(days=6),
        seconds=412.0, drift="green", is_held_back=False,
    ),
    entries=EntriesReading(opened=300, refused=12),
    seals=SealsReading(sealed=date(2026, 11, 30), first=None),
    kept=KeptReading(
        made_at=NOW - timedelta(hours=8), is_failed=False, proved_at=NOW - timedelta(days=2), is_drill_failed=False,
        restored_in=42.0,
    ),
    room=RoomReading(free=80 * GIGABYTE, size=200 * GIGABYTE, connections=20, most_connections=100),
    backup_hours=26,
    homologated_until=date(2028, 1, 1),
)  # fmt: skip


def changed(read: Readings, part: str, **values: Any) -> Readings:
    """The same, but for some values of a part of it."""
    return replace(read, **{part: replace(getattr(read, part), **values)})


def _old() -> tuple[SourceReading, ...]:
    first, *others = HEALTHY.imports.sources
    return (replace(first, month=date(2026, 8, 1)), *others)


#: thing -> what was read instead, how it then stands, a word of what is told
WRONG: Mapping[str, tuple[Readings, WatchStanding, str]] = {
    "tables": (changed(HEALTHY, "processes", tables=False), WatchStanding.FAILING, "tables"),
    "clock": (changed(HEALTHY, "processes", clock=False), WatchStanding.FAILING, "horloge"),
    "worker": (changed(HEALTHY, "processes", worker=False), WatchStanding.FAILING, "worker"),
    "queue": (
        changed(HEALTHY, "work", queues=(QueueReading(task="imports:load", waiting=3, seconds=2_400),)),
        WatchStanding.LATE,
        "imports:load",
    ),
    "tasks": (changed(HEALTHY, "work", failed=4), WatchStanding.FAILING, "4"),
    "mail": (changed(HEALTHY, "mail", late=3), WatchStanding.LATE, "3 courriels"),
    "imports": (changed(HEALTHY, "imports", sources=_old()), WatchStanding.LATE, "Cotisations (août 2026)"),
    "run": (changed(HEALTHY, "run", is_failed=True), WatchStanding.FAILING, "25 novembre 2026"),
    "drift": (changed(HEALTHY, "run", drift="red", is_held_back=True), WatchStanding.FAILING, "retenue"),
    "entries": (changed(HEALTHY, "entries", opened=10, refused=90), WatchStanding.FAILING, "refus 90"),
    "seals": (changed(HEALTHY, "seals", sealed=date(2026, 11, 28)), WatchStanding.LATE, "28 novembre 2026"),
    "backup": (changed(HEALTHY, "kept", made_at=NOW - timedelta(hours=27)), WatchStanding.LATE, "26 heures"),
    "drill": (changed(HEALTHY, "kept", proved_at=NOW - timedelta(days=9)), WatchStanding.LATE, "8 jours"),
    "disk": (changed(HEALTHY, "room", free=9 * GIGABYTE), WatchStanding.LATE, "9,7\u00a0Go sur 214,7\u00a0Go"),
    "connections": (changed(HEALTHY, "room", connections=80), WatchStanding.LATE, "80 sur 100"),
    "homologation": (replace(HEALTHY, homologated_until=date(2027, 3, 1)), WatchStanding.SOON, "1er mars 2027"),
}  # fmt: skip
