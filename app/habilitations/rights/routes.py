"""The export of the register, and the pages of a habilitation."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.text.french import de_fr
from app.core.web.form_pages import accepted, open_form
from app.core.web.htmx import redirect
from app.core.web.pace import EXPORTS, paced
from app.extensions import db
from app.habilitations import reach
from app.habilitations.forms import ReasonForm
from app.habilitations.models import Habilitation
from app.habilitations.pages import act_page, blueprint, send
from app.habilitations.presenters import filters_in_force, make_file, natures
from app.habilitations.rights import presenters, queries, services
from app.habilitations.rights.forms import RegisterFilterForm

RIGHT = Subject("right", "habilitation_id", reach.get_habilitation)
FILTERS = ("administration", "zone", "etat", "fin")


@blueprint.get("/habilitations/export.<any(csv, xlsx):kind>")
@access(Permission.HABILITATION_READ)
@paced(EXPORTS)
def export(kind: str) -> ResponseReturnValue:
    """The current view as a file."""
    identity, form = require_identity(), filters_from_address()
    wanted = queries.select_habilitations(identity, presenters.register_filter(form))
    rows = map(presenters.right_row, db.session.scalars(wanted))
    filters = filters_in_force(form, *FILTERS)
    columns = presenters.RIGHT_COLUMNS
    file = make_file(kind, "habilitations", columns, rows, identity=identity, filters=filters)
    return send(file, kind)


@blueprint.get("/habilitations/<int:habilitation_id>")
@access(Permission.HABILITATION_READ, subject=RIGHT)
def detail(right: Habilitation) -> ResponseReturnValue:
    """What a habilitation gives, who requested and who validated it, how it ended."""
    rights_request = None
    if right.request_id is not None:
        rights_request = reach.get_request(db.session(), require_identity(), right.request_id)
    return render_template("habilitations/detail.html", right=right, rights_request=rights_request)


@blueprint.route("/habilitations/<int:habilitation_id>/retrait", methods=["GET", "POST"])
@access(Permission.HABILITATION_MANAGE, subject=RIGHT)
def withdraw(right: Habilitation) -> ResponseReturnValue:
    """Withdraw a habilitation now."""
    form, draft = open_form(ReasonForm)
    if accepted(form, lambda: _withdraw(right, form)):
        flash("L’habilitation est retirée ; les sessions de l’agent sont fermées.", "success")
        return redirect("habilitations.agent", agent_id=right.agent_id)
    return act_page(
        form,
        draft=draft,
        title=f"Retirer l’habilitation {de_fr(right.agent.full_name)}",
        lead=f"{right.zone.name} : {natures(right)}. L’effet est immédiat.",
        submit="Retirer l’habilitation",
        back=("Habilitation", url_for("habilitations.detail", habilitation_id=right.id)),
    )


def filters_from_address() -> RegisterFilterForm:
    """The filters of the register, as in the address."""
    form = RegisterFilterForm(request.args)
    form.offer_zones(queries.list_zones(db.session()))
    return form


def _withdraw(right: Habilitation, form: ReasonForm) -> bool:
    services.withdraw(db.session(), require_identity(), right, reason=form.reason.data)
    return True
