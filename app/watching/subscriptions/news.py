"""What entered a view or a département since an agent was last told, and what to expect before subscribing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core.access.identity import Identity
from app.core.now import utcnow
from app.detections.lists.pages import list_view
from app.detections.lists.queries import list_lists
from app.detections.models import DetectionList, HumanSignal
from app.detections.panels import NEW
from app.watching.subscriptions.models import Subscription

#: past lists that tell what to expect, and the time over which signals do
LISTS_READ, SIGNALS_READ = 4, timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class SubscribedTo:
    """What a subscription asks, up to when its agent was told, and up to when they are now: a list and a moment."""

    query: str
    department: str | None
    told_list_id: int | None
    told_until: datetime
    list_id: int | None
    until: datetime


@dataclass(frozen=True, kw_only=True)
class NewsCount:
    """How many alerts are new or worse, and how many firms agents flagged, as whoever is told reads them."""

    alerts: int = 0
    signals: int = 0

    @property
    def count(self) -> int:
        """How many there are in all: nothing is told of none."""
        return self.alerts + self.signals


@dataclass(frozen=True, kw_only=True)
class ExpectedVolume:
    """What past lists would have told, the latest first, and how many firms were flagged in `SIGNALS_READ`; none of a view."""

    alerts: Sequence[tuple[str, int]]
    signals: int | None


def asked_by(subscription: Subscription, *, list_id: int | None, until: datetime) -> SubscribedTo:
    """Return what a subscription asks, to be told up to a list and a moment: what comes meanwhile is for the next time."""
    return SubscribedTo(
        query=subscription.asked,
        department=subscription.department,
        told_list_id=subscription.told_list_id,
        told_until=subscription.told_until,
        list_id=list_id,
        until=until,
    )


def news(session: Session, reader: Identity, asked: SubscribedTo) -> NewsCount:
    """Return what entered since the agent was told, read with their own rights."""
    if not _covers(reader, asked.department):
        return NewsCount()
    alerts = 0
    if asked.list_id not in (None, asked.told_list_id):
        detection_list = session.get(DetectionList, asked.list_id)
        alerts = _entered(session, reader, detection_list, asked.query)
    flagged = _flagged(session, asked.department, since=asked.told_until, until=asked.until)
    return NewsCount(alerts=alerts, signals=flagged or 0)


def expected(
    session: Session, reader: Identity, *, query: str, department: str | None
) -> ExpectedVolume:
    """Return what the last lists would have told the agent: each is counted as far as lists are."""
    if not _covers(reader, department):
        return ExpectedVolume(alerts=(), signals=None)
    past = list_lists(session, limit=LISTS_READ)
    alerts = [(each.label, _entered(session, reader, each, query)) for each in past]
    return ExpectedVolume(
        alerts=alerts,
        signals=_flagged(session, department, since=utcnow() - SIGNALS_READ, until=utcnow()),
    )


def _covers(reader: Identity, department: str | None) -> bool:
    """Whether a département is in the zone: a filter on another one would be ignored, and the whole zone counted."""
    return department is None or department in reader.departments


def _entered(
    session: Session, reader: Identity, detection_list: DetectionList | None, asked: str
) -> int:
    """How many alerts are new or worse in what is asked; none for whoever may not read novelties."""
    query = MultiDict(parse_qsl(asked))
    if not query.getlist("nouveaute"):
        query.setlist("nouveaute", [novelty.value for novelty in NEW])
    view = list_view(session, reader, detection_list, query)
    # A filter that they may not use is ignored: the count would be that of the whole view.
    return 0 if "nouveaute" in view.form.refused else view.listing.count(session)


def _flagged(
    session: Session, department: str | None, *, since: datetime, until: datetime
) -> int | None:
    """How many firms of a département were flagged between two moments; `None` of a view, whose filters are of alerts."""
    if department is None:
        return None
    signal = HumanSignal
    flagged = (signal.created_at > since, signal.created_at <= until)
    here = (signal.departments.contains([department]), *flagged)
    return session.scalar(select(func.count(func.distinct(signal.siren))).where(*here)) or 0
