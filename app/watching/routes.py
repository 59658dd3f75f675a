"""Saved views: their list, and each act on one."""

from collections.abc import Callable

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import ConfirmForm
from app.core.web.htmx import redirect
from app.extensions import db
from app.watching import panels, queries, services
from app.watching.forms import ViewForm
from app.watching.models import SavedView

blueprint = Blueprint("watching", __name__)

VIEW = Subject("view", "view_id", queries.get_view)


@blueprint.route("/vues", methods=["GET", "POST"])
@access(Permission.VIEW_READ)
def views() -> ResponseReturnValue:
    """Show the views that I may read; save one."""
    form, _ = open_form(ViewForm)
    form.network_id.choices = panels.network_choices(db.session(), require_identity())
    saved = accepted(form, lambda: _save(form))
    if saved is not None:
        return redirect("watching.views")
    context = panels.page_of_views(db.session(), require_identity(), request.args.get("suite"))
    page = render_template("watching/views.html", view_form=form, **context)
    return page, status_of(form)


@blueprint.post("/vues/<int:view_id>/defaut")
@access(Permission.VIEW_EDIT, subject=VIEW)
def switch_default(view: SavedView) -> ResponseReturnValue:
    """Make the list open with a view, or no longer."""
    is_default = not view.is_default
    return _done(
        lambda: services.open_with(db.session(), require_identity(), view, is_default=is_default)
    )


@blueprint.post("/vues/<int:view_id>/alerte")
@access(Permission.VIEW_EDIT, subject=VIEW)
def switch_watch(view: SavedView) -> ResponseReturnValue:
    """Be told of the firms that enter a view, or no longer."""
    is_watched = not view.is_watched
    return _done(
        lambda: services.watch(db.session(), require_identity(), view, is_watched=is_watched)
    )


@blueprint.route("/vues/<int:view_id>/suppression", methods=["GET", "POST"])
@access(Permission.VIEW_EDIT, subject=VIEW)
def delete(view: SavedView) -> ResponseReturnValue:
    """Delete a view, after confirmation."""
    form, _ = open_form(ConfirmForm)
    if form.validate_on_submit():
        return _done(lambda: services.delete(db.session(), require_identity(), view))
    return render_template("watching/delete.html", form=form, view=view)


def _save(form: ViewForm) -> SavedView:
    return services.save(
        db.session(), require_identity(), name=form.name.data or "", query=form.query.data or "",
        network_id=form.network_id.data,
    )  # fmt: skip


def _done(act: Callable[[], None]) -> ResponseReturnValue:
    act()
    return redirect("watching.views")
