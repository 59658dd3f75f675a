"""Read and write comments, correct them and delete them."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import ConfirmForm, number_or_none
from app.core.web.htmx import render, wants_fragment
from app.extensions import db
from app.habilitations.absences.presenters import said_of
from app.network import queries
from app.network.comments import mentions, panels, services
from app.network.comments.forms import CommentForm, EditCommentForm, ReplyForm
from app.network.comments.readers import Audience, Texts, audiences_of
from app.network.comments.services import NOT_MY_NETWORK
from app.network.models import Comment
from app.network.presenters import comment_path, exchange_path
from app.network.reading.services import PageShows, comments_shown, mark_shown

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
    context = panels.asked_with(session, identity, company, opened=opened, path=request.path)
    mark_shown(session, identity, PageShows(subjects=comments_shown(context["comments"])))
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


@blueprint.post("/commentaires/<int:comment_id>/retablissement")
@access(Permission.COMMENT_RESTORE, subject=COMMENT)
def restore(comment: Comment) -> ResponseReturnValue:
    """Put back the comment that I have just deleted."""
    services.restore(db.session(), require_identity(), comment)
    return redirect(comment_path(comment.siren, comment.id), 303)


@blueprint.get("/commentaires/<int:comment_id>/versions")
@access(Permission.COMMENT_REPLY, subject=COMMENT)
def versions(comment: Comment) -> ResponseReturnValue:
    """Show what a comment that I read said before."""
    former = queries.list_versions(db.session(), comment.id)
    return render_template("network/comment_versions.html", comment=comment, versions=former)


@blueprint.route("/commentaires/<int:comment_id>/elargissement", methods=["GET", "POST"])
@access(Permission.COMMENT_EDIT, subject=COMMENT)
def widen(comment: Comment) -> ResponseReturnValue:
    """Have all the partners read my comment, once I know who that is."""
    identity, session = require_identity(), db.session()
    audiences = audiences_of(session, identity, comment.siren, comment.departments)
    wider = next((each for each in audiences if each.network.is_codefi), None)
    form, _ = open_form(ConfirmForm)
    if accepted(form, lambda: _widen(comment, wider)):
        return redirect(comment_path(comment.siren, comment.id), 303)
    page = render_template("network/widen_comment.html", form=form, comment=comment, wider=wider)
    return page, status_of(form)


@blueprint.get("/entreprises/<siren>/lecteurs")
@access(Permission.COMMENT_WRITE, subject=FIRM)
def readers(company: Company) -> ResponseReturnValue:
    """Name a few readers of a circle, while the name of one is typed; alone, that is no page."""
    if not wants_fragment():
        return redirect(url_for("comments.index", siren=company.siren))
    texts = Texts(siren=company.siren, departments=company.departments)
    network_id = number_or_none(request.args.get("cercle", "")) or 0
    typed = request.args.get("q", "")
    people = mentions.offered(db.session(), require_identity(), texts, network_id, typed)
    away = said_of(db.session(), [person.id for person in people])
    return render_template("network/_readers.html", people=people, away=away)


def _widen(comment: Comment, wider: Audience | None) -> bool:
    if wider is None:
        raise DomainError(NOT_MY_NETWORK)
    services.widen(db.session(), require_identity(), comment, network_id=wider.network.id)
    return True


def _write(company: Company, form: CommentForm) -> Comment:
    answer = {"network_id": form.network_id.data, "body": form.body.data}
    return services.write(db.session(), require_identity(), company, **answer)


def _reply(comment: Comment, form: ReplyForm) -> Comment:
    return services.reply(db.session(), require_identity(), comment, body=form.body.data)


def _edit(comment: Comment, form: EditCommentForm) -> Comment:
    services.edit(db.session(), require_identity(), comment, body=form.body.data)
    return comment
