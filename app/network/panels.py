"""What each panel of the network needs on the page of a firm; `templates/network/_panel_*.html` shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.companies.policies import hears_of_alerts
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE
from app.core.slots import Slot
from app.network import presenters, queries, timeline
from app.network.forms import STOPPED, TWO_LEVELS, FollowForm
from app.network.models import FollowLevel

#: lines of the thread, on the firm's page
LAST_LINES = 3
#: lines of the feed, and followed firms, on the home page
NEWS_SHOWN = 10
FOLLOWS_SHOWN = 8


@dataclass(frozen=True)
class FollowedPart:
    """A part of the page of what an agent follows: its template, and the function that returns its context."""

    template: str
    provider: Callable[[Session, Identity], dict[str, Any]]


#: what other domains let agents follow
followed_parts: Slot[FollowedPart] = Slot("what agents follow")


def follow(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_follow.html`."""
    current = queries.find_follow(session, identity, company.siren)
    form = FollowForm(formdata=None, level=current.level.value if current else None)
    return {"company": company, "follow": current, "follow_form": form}


def thread(
    session: Session, identity: Identity, company: Company, cursor: str | None = None, *, size: int = PAGE_SIZE
) -> dict[str, Any]:  # fmt: skip
    """For `_panel_timeline.html`; of another ``size`` than a page, on the firm's page."""
    page = timeline.slice_of_timeline(session, identity, company.siren, cursor, size=size)
    lines = presenters.lines(page.rows, queries.list_networks(session))
    return {
        "company": company,
        "timeline_lines": lines,
        "timeline_page": page,
        "is_whole_timeline": size == PAGE_SIZE,
        "hears_of_alerts": hears_of_alerts(identity, company),
    }


def feed(
    session: Session, identity: Identity, cursor: str | None = None, *, size: int = PAGE_SIZE
) -> dict[str, Any]:
    """For `_panel_feed.html`: (line, firm) pairs; of another ``size`` than a page, on the home page."""
    page = timeline.slice_of_feed(session, identity, cursor, size=size)
    networks, since = queries.list_networks(session), queries.last_visit(session, identity)
    lines = [
        (presenters.line(event, networks, body=body, read_by=network_id, since=since), company)
        for event, company, body, network_id in page.rows
    ]
    return {
        "feed_lines": lines,
        "feed_since": since,
        "feed_texts": sum(bool(line.excerpt) for line, _ in lines),
        "feed_page": page,
        "is_whole_feed": size == PAGE_SIZE,
    }


def follows(session: Session, identity: Identity) -> dict[str, Any]:
    """For `_panel_follows.html`, on the home page."""
    found = queries.list_follows(session, identity, limit=FOLLOWS_SHOWN + 1)
    return {"follows": found[:FOLLOWS_SHOWN], "has_more_follows": len(found) > FOLLOWS_SHOWN}


def all_follows(session: Session, identity: Identity, cursor: str | None) -> dict[str, Any]:
    """For `follows.html`: firms, a page of them, then what else the agent follows, and who follows them."""
    parts = [] if cursor else list(followed_parts)
    context: dict[str, Any] = {
        "results": queries.page_of_follows(session, identity, cursor),
        "levels": [*FollowLevel.choices(), STOPPED],
        "two_levels": TWO_LEVELS,
        "parts": [part.template for part in parts],
        "colleagues": [] if cursor else queries.list_colleagues_followed(session, identity),
        "followers": [] if cursor else queries.list_followers(session, identity),
    }
    for part in parts:
        context.update(part.provider(session, identity))
    return context
