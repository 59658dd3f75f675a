"""What « État du service » says: what needs somebody first, then each thing watched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.text.french import datetime_fr
from app.operations.watch.models import WatchedThing, WatchStanding
from app.operations.watch.readings import Readings
from app.operations.watch.rules import WATCHED

KINDS = {
    WatchStanding.FINE: "success", WatchStanding.UNSET: None, WatchStanding.SOON: "info",
    WatchStanding.LATE: "warning", WatchStanding.FAILING: "error",
}  # fmt: skip
#: the gravest first
ORDER = (
    WatchStanding.FAILING,
    WatchStanding.LATE,
    WatchStanding.SOON,
    WatchStanding.UNSET,
    WatchStanding.FINE,
)
#: looks come each quarter of an hour: beyond, nobody looks any more
UNSEEN_AFTER = timedelta(hours=1)
#: what looks
LOOKING = [each for each in WATCHED if each.code in {"clock", "worker"}]


@dataclass(frozen=True, kw_only=True)
class ThingRow:
    """A watched thing on the page: its name, its state in words, since when, what was found, what to do."""

    label: str
    state: str
    kind: str | None
    since: str
    told: str
    #: nothing when there is nothing to do
    todo: str
    standing: WatchStanding


def rows(read: Readings, known: Mapping[str, WatchedThing]) -> Sequence[ThingRow]:
    """Return each watched thing as it stands now, the gravest first; ``known``: as it was last looked at."""
    found = []
    for watched in WATCHED:
        judgement, former = watched.judge(read), known.get(watched.code)
        is_same = former is not None and former.standing is judgement.standing
        found.append(
            ThingRow(
                label=watched.label,
                state=judgement.standing.label,
                kind=KINDS[judgement.standing],
                since=datetime_fr(former.since) if former and is_same else "à l’instant",
                told=judgement.told,
                todo=watched.todo if judgement.standing.is_alarming else "",
                standing=judgement.standing,
            )
        )
    return sorted(found, key=lambda row: ORDER.index(row.standing))


def unseen(read: Readings, known: Mapping[str, WatchedThing]) -> str | None:
    """Return why nobody would be told by e-mail, or `None` when looks come in their time, or the first one is about to."""
    last: datetime | None = max((thing.looked_at for thing in known.values()), default=None)
    if last is not None and read.moment - last <= UNSEEN_AFTER:
        return None
    if last is None and not any(each.judge(read).standing.is_alarming for each in LOOKING):
        return None
    since = f"depuis le {datetime_fr(last)}" if last else "depuis l’installation"
    return (
        f"Aucun regard n’a été porté sur le service {since} : personne ne serait prévenu. "
        "Voyez ci-dessous l’horloge et le worker, et relancez celui qui manque."
    )
