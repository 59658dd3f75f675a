"""The register of habilitations, one of them, and mine."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.queries import find_agent
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form
from app.core.web.htmx import redirect, render
from app.core.web.pace import EXPORTS, paced
from app.extensions import db
from app.habilitations import presenters, reach
from app.habilitations.forms import ReasonForm
from app.habilitations.models import Habilitation
from app.habilitations.pages import act_page, blueprint, send
from app.habilitations.reviews import services as reviews
from app.habilitations.rights import register, services
from app.habilitations.rights.forms import RegisterFilterForm

RIGHT = Subject("right", "habilitation_id", reach.get_habilitation)
FILTERS = ("administration", "zone", "etat", "fin")


@blueprint.get("/habilitations")
@access(Permission.HABILITATION_READ)
def index() -> ResponseReturnValue:
    """Those within reach; the filters are in the address."""
    identity, session = require_identity(), db.session()
    form = _filters()
    wanted = presenters.register_filter(form)
    return render(
        "habilitations/index.html",
        "habilitations/_rights.html",
        form=form,
        filters=presenters.asked(form, *FILTERS),
        results=register.page_of_habilitations(
            session, identity, wanted, request.args.get("suite")
        ),
        counts=register.count_states(session, identity),
        house=reach.house_of(session, identity),
        campaign=reviews.find_open(session),
    )


@blueprint.get("/habilitations/export.<any(csv, xlsx):kind>")
@access(Permission.HABILITATION_READ)
@paced(EXPORTS)
def export(kind: str) -> ResponseReturnValue:
    """The current view as a file."""
    identity, form = require_identity(), _filters()
    wanted = register.select_habilitations(identity, presenters.register_filter(form))
    rows = map(presenters.right_row, db.session.scalars(wanted))
    asked = presenters.asked(form, *FILTERS)
    columns = presenters.RIGHT_COLUMNS
    file = presenters.make_file(
        kind, "habilitations", columns, rows, identity=identity, filters=asked
    )
    return send(file, kind)


@blueprint.get("/habilitations/<int:habilitation_id>")
@access(Permission.HABILITATION_READ, subject=RIGHT)
def detail(right: Habilitation) -> ResponseReturnValue:
    """What it gives, who asked for it and who validated it, how it ended."""
    asked = None
    if right.request_id is not None:
        asked = reach.get_request(db.session(), require_identity(), right.request_id)
    return render_template("habilitations/detail.html", right=right, asked=asked)


@blueprint.route("/habilitations/<int:habilitation_id>/retrait", methods=["GET", "POST"])
@access(Permission.HABILITATION_MANAGE, subject=RIGHT)
def withdraw(right: Habilitation) -> ResponseReturnValue:
    """End it now."""
    form, draft = open_form(ReasonForm)
    if accepted(form, lambda: _withdraw(right, form)):
        flash("L’habilitation est retirée ; les sessions de l’agent sont fermées.", "success")
        return redirect("habilitations.agent", agent_id=right.agent_id)
    return act_page(
        form,
        draft=draft,
        title=f"Retirer l’habilitation de {right.agent.full_name}",
        lead=f"{right.zone.name} : {presenters.natures(right)}. L’effet est immédiat.",
        submit="Retirer l’habilitation",
        back=("Habilitation", url_for("habilitations.detail", habilitation_id=right.id)),
    )


@blueprint.get("/compte/habilitations")
@access(Permission.ACCOUNT_OWN)
def mine() -> ResponseReturnValue:
    """What I may read, where, until when, who asked and who validated, whom to ask."""
    identity, session = require_identity(), db.session()
    agent = find_agent(session, identity.agent_id)
    assert agent is not None  # noqa: S101 - the identity was made of it
    return render_template(
        "habilitations/mine.html",
        agent=agent,
        rights=register.list_rights_of(session, identity, agent),
        asked=register.list_requests_of(session, identity, agent),
        networks=reach.list_networks_of(session, agent),
        contacts=reach.list_contacts(session, agent.administration),
    )


def _filters() -> RegisterFilterForm:
    form = RegisterFilterForm(request.args)
    form.offer_zones(register.list_zones(db.session()))
    return form


def _withdraw(right: Habilitation, form: ReasonForm) -> bool:
    services.withdraw(db.session(), require_identity(), right, reason=form.reason.data)
    return True
