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
from app.detections.lists.queries import find_current_list, list_lists
from app.detections.models import DetectionList, HumanSignal
from app.detections.panels import NEW
from app.watching.subscriptions.models import Subscription

#: past lists that tell what to expect, and the time over which signals do
LISTS_READ, SIGNALS_READ = 4, timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class SubscribedTo:
    """What a subscription asks, and up to when its agent was told."""

    query: str
    department: str | None
    told_list_id: int | None
    told_until: datetime


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


def asked_by(subscription: Subscription) -> SubscribedTo:
    """Return what a subscription asks."""
    return SubscribedTo(
        query=subscription.asked,
        department=subscription.department,
        told_list_id=subscription.told_list_id,
        told_until=subscription.told_until,
    )


def news(session: Session, reader: Identity, asked: SubscribedTo) -> NewsCount:
    """Return what entered since the agent was told, read with their own rights."""
    if not _covers(reader, asked.department):
        return NewsCount()
    current = find_current_list(session)
    is_told = current is None or current.id == asked.told_list_id
    alerts = 0 if is_told else _entered(session, reader, current, asked.query)
    return NewsCount(
        alerts=alerts, signals=_flagged(session, asked.department, asked.told_until) or 0
    )


def expected(
    session: Session, reader: Identity, *, query: str, department: str | None
) -> ExpectedVolume:
    """Return what the last lists would have told the agent: each is counted as far as lists are."""
    if not _covers(reader, department):
        return ExpectedVolume(alerts=(), signals=None)
    past = list_lists(session, limit=LISTS_READ)
    alerts = [(each.label, _entered(session, reader, each, query)) for each in past]
    return ExpectedVolume(
        alerts=alerts, signals=_flagged(session, department, utcnow() - SIGNALS_READ)
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


def _flagged(session: Session, department: str | None, since: datetime) -> int | None:
    """How many firms of a département were flagged since a moment; `None` of a view, whose filters are of alerts."""
    if department is None:
        return None
    signal = HumanSignal
    here = (signal.departments.contains([department]), signal.created_at > since)
    return session.scalar(select(func.count(func.distinct(signal.siren))).where(*here)) or 0
