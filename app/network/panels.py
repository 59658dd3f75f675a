"""What each panel of the network needs on the page of a firm; `templates/network/_panel_*.html` shows it."""

from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.companies.policies import hears_of_alerts
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE, Page
from app.core.web.drafts import Draft
from app.core.web.form_pages import open_form
from app.core.web.forms import number_or_none
from app.messages import bell
from app.network import presenters, queries, timeline
from app.network.comments.forms import CommentForm
from app.network.comments.readers import audiences_of
from app.network.forms import FollowForm
from app.network.models import Comment
from app.network.queries import CommentRange

#: comments, and lines of the thread, on the firm's page
LAST_COMMENTS, LAST_LINES = 5, 4
#: lines of the feed, and followed firms, on the home page
NEWS_SHOWN = 10
FOLLOWS_SHOWN = 8


def follow(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_follow.html`."""
    current = queries.find_follow(session, identity, company.siren)
    form = FollowForm(formdata=None, level=current.level.value if current else None)
    return {"company": company, "follow": current, "follow_form": form}


def comments(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_comments.html` on the firm's page: the last comments, and the form as the agent left it."""
    path = url_for("comments.index", siren=company.siren)
    opened = open_form(CommentForm, path=path)
    found = queries.page_of_comments(
        session, identity, company.siren, CommentRange(size=LAST_COMMENTS)
    )
    return _comments(session, identity, company, found, opened=opened, path=path)


def comments_with(
    session: Session,
    identity: Identity,
    company: Company,
    *,
    opened: tuple[CommentForm, Draft | None],
    path: str,
) -> dict[str, Any]:
    """The page of comments on the firm that is asked for, with a form submitted to ``path``."""
    asked = _asked(path)
    found = queries.page_of_comments(session, identity, company.siren, asked)
    context = _comments(session, identity, company, found, opened=opened, path=path)
    return {**context, "comments_are_last": asked.cursor is None and asked.until is None}


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


def notifications(session: Session, identity: Identity, cursor: str | None) -> dict[str, Any]:
    """For `_notifications.html`: announcements, then (notification, line, firm) triples."""
    page = queries.page_of_notifications(session, identity, cursor)
    networks = queries.list_networks(session)
    rows = [(row, presenters.line(row.event, networks), company) for row, company in page.rows]
    unread = queries.count_unread(session, identity)
    announcements = [] if cursor else bell.list_announcements(session, identity)
    return {
        "announcements": announcements,
        "notifications": rows,
        "results": page,
        "unread": unread,
        "total": page.total + len(announcements),
    }


def _comments(
    session: Session, identity: Identity, company: Company, found: Page[Comment], *,
    opened: tuple[CommentForm, Draft | None], path: str,
) -> dict[str, Any]:  # fmt: skip
    form, draft = opened
    audiences = audiences_of(session, identity, company.siren, company.departments)
    form.network_id.offer(audiences)
    return {
        "company": company,
        "comments": found.rows[::-1],
        "comments_page": found,
        "comments_are_last": True,
        "comment_form": form,
        "comment_draft": draft,
        "comment_url": path,
        "comments_widen": any(audience.network.is_codefi for audience in audiences),
    }


def _asked(path: str) -> CommentRange:
    """Which comments the address asks for, on their own page: those after a cursor, or from one of them on."""
    if request.path != path:
        return CommentRange()
    until = number_or_none(request.args.get("commentaire", ""))
    return CommentRange(cursor=request.args.get("suite"), until=until)
