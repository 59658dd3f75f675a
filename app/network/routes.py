"""Follow a firm, and read what happens around firms."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import render, wants_fragment
from app.extensions import db
from app.network import panels, queries, services
from app.network.forms import STOPPED, FollowedForm, FollowForm
from app.network.models import FollowLevel
from app.network.presenters import company_path
from app.network.reading.services import PageShows, events_shown, mark_shown

blueprint = Blueprint("network", __name__)

FIRM = Subject("company", "siren", get_company)
NOT_FOLLOWED = "Vous ne suivez pas, ou plus, cette entreprise : suivez-la depuis sa fiche."


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


@blueprint.route("/suivis", methods=["GET", "POST"])
@access(Permission.FOLLOW_OWN)
def follows() -> ResponseReturnValue:
    """Show all that I follow, firms page by page; posting a level changes that of a firm."""
    identity, session, cursor = require_identity(), db.session(), request.args.get("suite")
    form, _ = open_form(FollowedForm)
    if accepted(form, lambda: _change_level(form)):
        return redirect(url_for("network.follows", suite=cursor), 303)
    context = {"form": form, **panels.all_follows(session, identity, cursor)}
    count = len(context["results"].rows)
    record_apart(db.engine, identity, Event.FEED_READ, page=request.path, count=count)
    pages = ("network/follows.html", "network/_follows.html")
    return render(*pages, status=status_of(form), **context)


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


def _change_level(form: FollowedForm) -> bool:
    """Change the level of a firm that I follow; raise `DomainError` of any other."""
    identity, session, siren = require_identity(), db.session(), form.siren.data or ""
    if queries.find_follow(session, identity, siren) is None:
        raise DomainError(NOT_FOLLOWED)
    company = get_company(session, identity, siren)
    if form.level.data == STOPPED[0]:
        services.unfollow(session, identity, company)
    else:
        services.follow(session, identity, company, level=FollowLevel(form.level.data))
    return True
