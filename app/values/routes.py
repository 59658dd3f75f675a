"""The lists of values, edited by administrators."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import number_or_none
from app.core.web.htmx import redirect
from app.extensions import db
from app.habilitations.networks.services import list_active_networks
from app.values import queries, services
from app.values.forms import TagForm, ValueForm, form_of
from app.values.models import ListValue, ValueList

blueprint = Blueprint("values", __name__)

LIST = Subject("known", "list_code", queries.get_list)
VALUE = Subject("value", "value_id", queries.get_value)


@blueprint.get("/administration/listes")
@access(Permission.VALUE_MANAGE)
def index() -> ResponseReturnValue:
    """Every list, and how much it holds."""
    counted = {code: counts for code, *counts in queries.count_values(db.session())}
    return render_template("values/index.html", lists=ValueList, counted=counted)


@blueprint.get("/administration/listes/<list_code>")
@access(Permission.VALUE_MANAGE, subject=LIST)
def show(known: ValueList) -> ResponseReturnValue:
    """The values of a list."""
    values = queries.list_values(db.session(), require_identity(), known)
    return render_template("values/show.html", known=known, values=values)


@blueprint.route("/administration/listes/<list_code>/nouvelle", methods=["GET", "POST"])
@access(Permission.VALUE_MANAGE, subject=LIST)
def add(known: ValueList) -> ResponseReturnValue:
    """Add a value to a list."""
    form, draft = open_form(TagForm if known.is_per_network else form_of(known))
    if isinstance(form, TagForm):
        form.offer(list_active_networks(db.session()))
    if accepted(form, lambda: _add(known, form)):
        flash("La valeur est proposée dès maintenant.", "success")
        return redirect("values.show", list_code=known.value)
    page = render_template("values/edit.html", known=known, form=form, draft=draft, value=None)
    return page, status_of(form)


@blueprint.route("/administration/valeurs/<int:value_id>", methods=["GET", "POST"])
@access(Permission.VALUE_MANAGE, subject=VALUE)
def change(value: ListValue) -> ResponseReturnValue:
    """Rename a value, or define it otherwise."""
    form, draft = open_form(
        form_of(value.list_code),
        label=value.label,
        definition=value.definition,
        shown=value.definition,
    )
    if accepted(form, lambda: _change(value, form)):
        flash("La valeur est à jour partout où elle est montrée.", "success")
        return redirect("values.show", list_code=value.list_code.value)
    known = value.list_code
    page = render_template("values/edit.html", known=known, form=form, draft=draft, value=value)
    return page, status_of(form)


@blueprint.post("/administration/valeurs/<int:value_id>/ordre")
@access(Permission.VALUE_MANAGE, subject=VALUE)
def move(value: ListValue) -> ResponseReturnValue:
    """Move it up or down."""
    services.move(
        db.session(), require_identity(), value, up=request.form.get("sens") == "haut"
    )  # fmt: skip
    return redirect("values.show", list_code=value.list_code.value)


@blueprint.post("/administration/valeurs/<int:value_id>/archivage")
@access(Permission.VALUE_MANAGE, subject=VALUE)
def archive(value: ListValue) -> ResponseReturnValue:
    """Archive it."""
    services.archive(db.session(), require_identity(), value)
    flash(
        f"« {value.label} » n’est plus proposée ; elle reste là où elle a été choisie.", "success"
    )
    return redirect("values.show", list_code=value.list_code.value)


@blueprint.post("/administration/valeurs/<int:value_id>/reprise")
@access(Permission.VALUE_MANAGE, subject=VALUE)
def bring_back(value: ListValue) -> ResponseReturnValue:
    """Offer it again."""
    services.bring_back(db.session(), require_identity(), value)
    flash(f"« {value.label} » est de nouveau proposée.", "success")
    return redirect("values.show", list_code=value.list_code.value)


def _add(known: ValueList, form: ValueForm) -> bool:
    network_id = number_or_none(form.network_id.data) if isinstance(form, TagForm) else None
    services.add(
        db.session(), require_identity(), known,
        label=form.label.data, definition=form.definition.data, network_id=network_id,
    )  # fmt: skip
    return True


def _change(value: ListValue, form: ValueForm) -> bool:
    services.change(
        db.session(), require_identity(), value,
        label=form.label.data, definition=form.definition.data, shown=form.shown.data,
    )  # fmt: skip
    return True
