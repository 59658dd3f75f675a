"""Follow a firm and write about it."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import ConfirmForm
from app.core.web.htmx import render, wants_fragment
from app.extensions import db
from app.network import panels, queries, services
from app.network.forms import CommentForm, EditCommentForm, FollowForm, ReplyForm
from app.network.models import Comment, FollowLevel
from app.network.presenters import comment_path, company_path, exchange_path

blueprint = Blueprint("network", __name__)

FIRM = Subject("company", "siren", get_company)
COMMENT = Subject("comment", "comment_id", queries.get_comment)


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


@blueprint.route("/entreprises/<siren>/commentaires", methods=["GET", "POST"])
@access(Permission.COMMENT_WRITE, subject=FIRM)
def comments(company: Company) -> ResponseReturnValue:
    """Read what my networks wrote about the firm, and write to one of them."""
    identity, session = require_identity(), db.session()
    form, draft = open_form(CommentForm)
    written = accepted(form, lambda: _write(company, form))
    if written is not None and not wants_fragment():
        return redirect(exchange_path(company.siren, comment_id=written.id), 303)
    status = status_of(form)
    if written is not None:
        form = CommentForm(formdata=None)
    opened = (form, draft)
    context = panels.comments_with(session, identity, company, opened=opened, path=request.path)
    pages = ("network/comments.html", "network/_panel_comments.html")
    return render(*pages, status=status, **context)


@blueprint.get("/entreprises/<siren>/fil")
@access(Permission.COMPANY_READ, subject=FIRM)
def timeline(company: Company) -> ResponseReturnValue:
    """Show the firm's thread, page by page."""
    cursor = request.args.get("suite")
    context = panels.thread(db.session(), require_identity(), company, cursor)
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


@blueprint.route("/commentaires/<int:comment_id>", methods=["GET", "POST"])
@access(Permission.COMMENT_EDIT, subject=COMMENT)
def edit_comment(comment: Comment) -> ResponseReturnValue:
    """Edit my comment."""
    form, draft = open_form(EditCommentForm, body=comment.body)
    if accepted(form, lambda: _edit(comment, form)):
        return redirect(comment_path(comment.siren, comment.id), 303)
    page = render_template("network/edit_comment.html", form=form, draft=draft, comment=comment)
    return page, status_of(form)


@blueprint.route("/commentaires/<int:comment_id>/reponse", methods=["GET", "POST"])
@access(Permission.COMMENT_REPLY, subject=COMMENT)
def reply(comment: Comment) -> ResponseReturnValue:
    """Answer a comment, on its own page or in place."""
    form, draft = open_form(ReplyForm)
    # Several of them may be open in a feed.
    form.body.id = f"reponse-texte-{comment.id}"
    written = accepted(form, lambda: _reply(comment, form))
    if written is not None and not wants_fragment():
        return redirect(exchange_path(comment.siren, comment_id=written.id), 303)
    context = {"comment": comment, "form": form, "draft": draft, "written": written}
    return render("network/reply.html", "network/_reply.html", status=status_of(form), **context)


@blueprint.route("/commentaires/<int:comment_id>/suppression", methods=["GET", "POST"])
@access(Permission.COMMENT_EDIT, subject=COMMENT)
def delete_comment(comment: Comment) -> ResponseReturnValue:
    """Delete my comment, after confirmation."""
    form, _ = open_form(ConfirmForm)
    if form.validate_on_submit():
        services.delete_comment(db.session(), require_identity(), comment)
        return redirect(comment_path(comment.siren, comment.id), 303)
    return render_template("network/delete_comment.html", form=form, comment=comment)


def _set_level(company: Company, level: FollowLevel) -> bool:
    services.follow(db.session(), require_identity(), company, level=level)
    return True


def _write(company: Company, form: CommentForm) -> Comment:
    answer = {"network_id": form.network_id.data, "body": form.body.data}
    return services.write_comment(db.session(), require_identity(), company, **answer)


def _reply(comment: Comment, form: ReplyForm) -> Comment:
    return services.reply(db.session(), require_identity(), comment, body=form.body.data)


def _edit(comment: Comment, form: EditCommentForm) -> Comment:
    services.edit_comment(db.session(), require_identity(), comment, body=form.body.data)
    return comment
