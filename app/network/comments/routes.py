"""Read and write comments, correct them and delete them."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import ConfirmForm
from app.core.web.htmx import render, wants_fragment
from app.extensions import db
from app.network import panels, queries
from app.network.comments import services
from app.network.comments.forms import CommentForm, EditCommentForm, ReplyForm
from app.network.models import Comment
from app.network.presenters import comment_path, exchange_path

blueprint = Blueprint("comments", __name__)

FIRM = Subject("company", "siren", get_company)
COMMENT = Subject("comment", "comment_id", queries.get_comment)


@blueprint.route("/entreprises/<siren>/commentaires", methods=["GET", "POST"])
@access(Permission.COMMENT_WRITE, subject=FIRM)
def index(company: Company) -> ResponseReturnValue:
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


@blueprint.route("/commentaires/<int:comment_id>", methods=["GET", "POST"])
@access(Permission.COMMENT_EDIT, subject=COMMENT)
def edit(comment: Comment) -> ResponseReturnValue:
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
def delete(comment: Comment) -> ResponseReturnValue:
    """Delete my comment, after confirmation."""
    form, _ = open_form(ConfirmForm)
    if form.validate_on_submit():
        services.delete(db.session(), require_identity(), comment)
        return redirect(comment_path(comment.siren, comment.id), 303)
    return render_template("network/delete_comment.html", form=form, comment=comment)


def _write(company: Company, form: CommentForm) -> Comment:
    answer = {"network_id": form.network_id.data, "body": form.body.data}
    return services.write(db.session(), require_identity(), company, **answer)


def _reply(comment: Comment, form: ReplyForm) -> Comment:
    return services.reply(db.session(), require_identity(), comment, body=form.body.data)


def _edit(comment: Comment, form: EditCommentForm) -> Comment:
    services.edit(db.session(), require_identity(), comment, body=form.body.data)
    return comment
