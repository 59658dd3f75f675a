"""Follow a firm, and read what happens around firms."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import render, wants_fragment
from app.extensions import db
from app.network import panels, queries, services
from app.network.forms import FollowForm
from app.network.models import FollowLevel
from app.network.presenters import company_path
from app.network.reading.services import PageShows, events_shown, mark_shown

blueprint = Blueprint("network", __name__)

FIRM = Subject("company", "siren", get_company)


@blueprint.route("/entreprises/<siren>/suivre", methods=["GET", "POST"])
@access(Permission.FOLLOW_OWN, subject=FIRM)
def follow(company: Company) -> ResponseReturnValue:
    """Follow the firm at a level; the button on the firm's page, with or without htmx."""
    form, _ = open_form(FollowForm)
    sent = accepted(form, lambda: _set_level(company, FollowLevel(form.level.data)))
    if sent and not wants_fragment():
        return redirect(company_path(company.siren), 303)
    context = panels.follow(db.session(), require_identity(), company)
    pages = ("network/follow.html", "network/_panel_follow.html")
    return render(*pages, status=status_of(form), **context)


@blueprint.route("/entreprises/<siren>/ne-plus-suivre", methods=["GET", "POST"])
@access(Permission.FOLLOW_OWN, subject=FIRM)
def unfollow(company: Company) -> ResponseReturnValue:
    """Stop following the firm."""
    form, _ = open_form(FollowForm, level=FollowLevel.ALL.value)
    identity, session = require_identity(), db.session()
    if form.is_submitted():
        services.unfollow(session, identity, company)
        if not wants_fragment():
            return redirect(company_path(company.siren), 303)
    context = panels.follow(session, identity, company)
    return render("network/follow.html", "network/_panel_follow.html", **context)


@blueprint.get("/suivis")
@access(Permission.FOLLOW_OWN)
def follows() -> ResponseReturnValue:
    """Show the firms that I follow, page by page."""
    identity = require_identity()
    page = queries.page_of_follows(db.session(), identity, request.args.get("suite"))
    record_apart(db.engine, identity, Event.FEED_READ, page=request.path, count=len(page.rows))
    return render("network/follows.html", "network/_follows.html", results=page)


@blueprint.get("/entreprises/<siren>/fil")
@access(Permission.COMPANY_READ, subject=FIRM)
def timeline(company: Company) -> ResponseReturnValue:
    """Show the firm's thread, page by page."""
    cursor = request.args.get("suite")
    identity, session = require_identity(), db.session()
    context = panels.thread(session, identity, company, cursor)
    mark_shown(session, identity, PageShows(events=events_shown(context["timeline_page"].rows)))
    return render("network/timeline.html", "network/_panel_timeline.html", **context)


@blueprint.get("/fil")
@access(Permission.COMPANY_READ)
def feed() -> ResponseReturnValue:
    """Show what is new for me, page by page."""
    identity = require_identity()
    context = panels.feed(db.session(), identity, request.args.get("suite"))
    shown = {"count": len(context["feed_lines"]), "texts": context["feed_texts"]}
    services.read_feed(identity, Event.FEED_READ, **shown)
    return render("network/feed.html", "network/_panel_feed.html", **context)


def _set_level(company: Company, level: FollowLevel) -> bool:
    services.follow(db.session(), require_identity(), company, level=level)
    return True
