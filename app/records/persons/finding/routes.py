"""The pages of a search, of what is the person's, and of what is done of it."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.persons.places import place_of
from app.core.persons.sought import Sought
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import choices
from app.core.web.htmx import redirect
from app.extensions import db
from app.records.persons import queries as register
from app.records.persons.finding import presenters, queries, services
from app.records.persons.finding.extracts import extracts
from app.records.persons.finding.forms import FindingActForm, PersonSearchForm
from app.records.persons.models import FindingAct, PersonFinding, PersonRequest, PersonSearch
from app.records.persons.routes import REQUEST

blueprint = Blueprint("person_findings", __name__, url_prefix="/demandes-personnes/<int:person_request_id>")  # fmt: skip


@blueprint.route("/recherche", methods=["GET", "POST"])
@access(Permission.PERSON_REQUEST_TREAT, subject=REQUEST)
def search(person_request: PersonRequest) -> ResponseReturnValue:
    """Search the person of a request."""
    form, _ = open_form(
        PersonSearchForm, name=person_request.name, email=person_request.email, telephone=person_request.telephone
    )  # fmt: skip
    made = accepted(form, lambda: _search(person_request, form))
    if made is not None:
        return redirect("person_findings.results", person_request_id=person_request.id, person_search_id=made.id)  # fmt: skip
    page = render_template("records/persons/search.html", asked=person_request, form=form)
    return page, status_of(form)


@blueprint.get("/recherches/<int:person_search_id>")
@access(Permission.PERSON_REQUEST_TREAT, subject=REQUEST)
def results(person_request: PersonRequest, person_search_id: int) -> ResponseReturnValue:
    """Show what may be of the person; journaled each time."""
    session, identity = db.session(), require_identity()
    made = queries.get_search(session, identity, person_request, person_search_id)
    places = queries.find(session, person_request, made.sought)
    kept = queries.list_findings(session, identity, person_request)
    record_apart(
        db.engine,
        identity,
        Event.PERSON_READ,
        person_request=person_request.id,
        person_search=made.id,
    )
    return render_template(
        "records/persons/results.html", asked=person_request, search=made, places=presenters.found(places, made.sought, kept)
    )  # fmt: skip


@blueprint.post("/recherches/<int:person_search_id>")
@access(Permission.PERSON_REQUEST_TREAT, subject=REQUEST)
def keep(person_request: PersonRequest, person_search_id: int) -> ResponseReturnValue:
    """Say which of the objects found are the person's."""
    session, identity = db.session(), require_identity()
    made = queries.get_search(session, identity, person_request, person_search_id)
    offered = presenters.offered(queries.find(session, person_request, made.sought))
    chosen = {offered[key] for key in request.form.getlist("chosen") if key in offered}
    attempted(
        lambda: services.keep(
            session, identity, person_request, chosen, offered=offered.values()
        ),
        done=lambda count: f"Données reconnues comme les siennes : {count}.",
    )  # fmt: skip
    return redirect("person_findings.index", person_request_id=person_request.id)


@blueprint.get("/donnees")
@access(Permission.PERSON_REQUEST_TREAT, subject=REQUEST)
def index(person_request: PersonRequest) -> ResponseReturnValue:
    """Show what is the person's, what was done of it, and the file to give; journaled."""
    session, identity = db.session(), require_identity()
    found = queries.list_findings(session, identity, person_request)
    record_apart(db.engine, identity, Event.PERSON_READ, person_request=person_request.id)
    return render_template(
        "records/persons/findings.html", asked=person_request, findings=found, read=queries.read_findings(session, found),
        searches=queries.list_searches(session, identity, person_request),
        files=register.list_files(session, identity, person_request),
    )  # fmt: skip


@blueprint.route("/donnees/<int:person_finding_id>", methods=["GET", "POST"])
@access(Permission.PERSON_REQUEST_TREAT, subject=REQUEST)
def act(person_request: PersonRequest, person_finding_id: int) -> ResponseReturnValue:
    """Correct, erase or keep something of the person's; the page shows it, which is journaled."""
    session, identity = db.session(), require_identity()
    finding = queries.get_finding(session, identity, person_request, person_finding_id)
    place, held = queries.read_findings(session, [finding]).get(
        (finding.kind, finding.object_id), (place_of(finding.kind), None)
    )
    form, _ = open_form(FindingActForm, **(held.fields if held else {}))
    form.act.choices = choices(presenters.acts_of(place))
    if accepted(form, lambda: _act(person_request, finding, form)):
        flash("C’est fait, et inscrit au journal.", "success")
        return redirect("person_findings.index", person_request_id=person_request.id)
    record_apart(db.engine, identity, Event.PERSON_READ, person_request=person_request.id)
    known_as = queries.list_names(session, identity, person_request)
    return render_template(
        "records/persons/act.html", asked=person_request, finding=finding, place=place, held=held, form=form,
        extracts=presenters.shortened(extracts(held, known_as)) if held else [],
    ), status_of(form)  # fmt: skip


def _search(asked: PersonRequest, form: PersonSearchForm) -> PersonSearch:
    sought = Sought.said(name=form.name.data, email=form.email.data, telephone=form.telephone.data)
    return services.search(db.session(), require_identity(), asked, sought, motive=form.motive.data)


def _act(asked: PersonRequest, finding: PersonFinding, form: FindingActForm) -> bool:
    session, identity, reason = db.session(), require_identity(), form.reason.data
    chosen = FindingAct(form.act.data)
    if chosen is FindingAct.CORRECTED:
        said = {name: form[name].data or "" for name in ("name", "function", "telephone", "email")}
        services.correct(session, identity, asked, finding, said, reason=reason)
    elif chosen is FindingAct.ERASED:
        services.erase(session, identity, asked, finding, reason=reason)
    else:
        services.refuse(session, identity, asked, finding, reason=reason)
    return True
