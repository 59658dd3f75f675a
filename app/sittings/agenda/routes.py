"""An item of an agenda: prepared, examined, followed by tasks."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, attempted, status_of
from app.core.web.forms import DsfrForm, number_or_none
from app.core.web.htmx import redirect
from app.extensions import db
from app.sittings.agenda import pages, services
from app.sittings.agenda.forms import ItemDecisionForm, PrepareForm, TaskForm
from app.sittings.agenda.services import RewrittenError
from app.sittings.models import ItemOutcome, SittingItem
from app.sittings.queries import get_item

blueprint = Blueprint("sitting_items", __name__)

ITEM = Subject("item", "sitting_item_id", get_item)


@blueprint.get("/seances/points/<int:sitting_item_id>")
@access(Permission.SITTING_READ, subject=ITEM)
def show(item: SittingItem) -> ResponseReturnValue:
    """Show an item: what is to be discussed, what was decided, who does what."""
    return _page(item)


@blueprint.post("/seances/points/<int:sitting_item_id>/preparation")
@access(Permission.SITTING_ITEM_WRITE, subject=ITEM)
def prepare(item: SittingItem) -> ResponseReturnValue:
    """Say who presents it and what is to be discussed."""
    form = PrepareForm()
    if accepted(form, lambda: _prepare(item, form)):
        flash("La préparation est notée.", "success")
        return redirect("sitting_items.show", sitting_item_id=item.id)
    return _page(item, prepare_form=form), status_of(form)


@blueprint.post("/seances/points/<int:sitting_item_id>/decision")
@access(Permission.SITTING_ITEM_WRITE, subject=ITEM)
def decide(item: SittingItem) -> ResponseReturnValue:
    """Say what became of it and what was decided."""
    form = ItemDecisionForm()
    if accepted(form, lambda: _decide(item, form)):
        flash("La décision est notée.", "success")
        return redirect("sitting_items.show", sitting_item_id=item.id)
    return _page(item, decision_form=form), status_of(form)


@blueprint.post("/seances/points/<int:sitting_item_id>/tache")
@access(Permission.SITTING_ITEM_WRITE, subject=ITEM)
def give_task(item: SittingItem) -> ResponseReturnValue:
    """Give somebody something to do."""
    form = TaskForm()
    given = accepted(
        form,
        lambda: services.give_task(
            db.session(), require_identity(), item,
            what=form.what.data, due_on=form.due_on.data, assignee_id=form.assignee_id.data,
        ),
    )  # fmt: skip
    if given is not None:
        flash("La tâche est confiée : elle est une échéance de l’entreprise.", "success")
        return redirect("sitting_items.show", sitting_item_id=item.id)
    return _page(item, task_form=form), status_of(form)


@blueprint.post("/seances/points/<int:sitting_item_id>/place")
@access(Permission.SITTING_ITEM_WRITE, subject=ITEM)
def move(item: SittingItem) -> ResponseReturnValue:
    """Have it change places with the one above or below."""
    is_up = request.form.get("sens") == "haut"
    attempted(
        lambda: services.move(db.session(), require_identity(), item, is_up=is_up),
        done=lambda is_moved: "L’ordre du jour est changé." if is_moved else "Elle y est déjà.",
    )
    return redirect("sittings.show", sitting_id=item.sitting_id)


@blueprint.post("/seances/points/<int:sitting_item_id>/retrait")
@access(Permission.SITTING_ITEM_WRITE, subject=ITEM)
def take_off(item: SittingItem) -> ResponseReturnValue:
    """Take it off the agenda."""
    sitting_id = item.sitting_id
    attempted(
        lambda: services.take_off(db.session(), require_identity(), item),
        done=lambda _: "L’entreprise n’est plus à l’ordre du jour.",
    )
    return redirect("sittings.show", sitting_id=sitting_id)


def _page(item: SittingItem, **sent: DsfrForm) -> str:
    context = pages.of_item(db.session(), require_identity(), item, sent)
    return render_template("sittings/item.html", **context)


def _prepare(item: SittingItem, form: PrepareForm) -> bool:
    try:
        services.prepare(
            db.session(), require_identity(), item,
            speaker_id=form.speaker_id.data, note=form.note.data or "", version=_version(form),
        )  # fmt: skip
    except RewrittenError:
        # Told once of what others wrote, whoever sends again replaces it knowingly.
        form.version.data = str(item.version)
        raise
    return True


def _decide(item: SittingItem, form: ItemDecisionForm) -> bool:
    try:
        services.decide(
            db.session(), require_identity(), item,
            outcome=ItemOutcome(form.outcome.data), decision=form.decision.data or "", version=_version(form),
        )  # fmt: skip
    except RewrittenError:
        form.version.data = str(item.version)
        raise
    return True


def _version(form: PrepareForm | ItemDecisionForm) -> int:
    return number_or_none(form.version.data or "") or 0
