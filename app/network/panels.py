"""What each panel of the network needs on the page of a firm; `templates/network/_panel_*.html` shows it."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.companies.policies import hears_of_alerts
from app.core.access.identity import Identity
from app.core.web.drafts import Draft
from app.core.web.form_pages import open_form
from app.core.web.forms import choices
from app.habilitations.queries import list_audiences
from app.messages import bell
from app.network import presenters, queries, timeline
from app.network.forms import CommentForm, FollowForm

#: followed firms named on the home page
FOLLOWS_SHOWN = 8


def follow(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_follow.html`."""
    current = queries.find_follow(session, identity, company.siren)
    form = FollowForm(formdata=None, level=current.level.value if current else None)
    return {"company": company, "follow": current, "follow_form": form}


def comments(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_comments.html`: the comments, and the form as the agent left it."""
    path = url_for("network.comments", siren=company.siren)
    return comments_with(
        session, identity, company, opened=open_form(CommentForm, path=path), path=path
    )


def comments_with(
    session: Session,
    identity: Identity,
    company: Company,
    *,
    opened: tuple[CommentForm, Draft | None],
    path: str,
    case_id: int | None = None,
) -> dict[str, Any]:
    """The same with a form submitted to ``path``; with ``case_id``, on one accompagnement only."""
    form, draft = opened
    audiences = list_audiences(session, identity)
    form.network_id.choices = choices(presenters.audience_choices(audiences, company.departments))
    return {
        "company": company,
        "comments": queries.list_comments(session, identity, company.siren, case_id=case_id),
        "comment_form": form,
        "comment_draft": draft,
        "comment_url": path,
    }


def thread(
    session: Session, identity: Identity, company: Company, cursor: str | None = None
) -> dict[str, Any]:
    """For `_panel_timeline.html`."""
    page = timeline.page_of_timeline(session, identity, company.siren, cursor)
    lines = presenters.lines(page.rows, queries.list_networks(session))
    return {
        "company": company,
        "timeline_lines": lines,
        "timeline_page": page,
        "hears_of_alerts": hears_of_alerts(identity, company),
    }


def feed(session: Session, identity: Identity, cursor: str | None = None) -> dict[str, Any]:
    """For `_panel_feed.html`, on the home page: (line, firm) pairs."""
    page = timeline.page_of_feed(session, identity, cursor)
    networks = queries.list_networks(session)
    lines = [(presenters.line(event, networks), company) for event, company in page.rows]
    return {"feed_lines": lines, "feed_page": page}


def follows(session: Session, identity: Identity) -> dict[str, Any]:
    """For `_panel_follows.html`, on the home page."""
    return {"follows": queries.list_follows(session, identity, limit=FOLLOWS_SHOWN)}


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
