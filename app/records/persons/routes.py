"""The register of persons' requests: looking, writing one, verifying who asks, extending, answering."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission, permits
from app.core.now import today
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.records.persons import queries, services
from app.records.persons.forms import (
    ExtensionForm,
    IdentityProofForm,
    PersonAnswerForm,
    PersonRequestForm,
)
from app.records.persons.models import (
    IdentityProof,
    PersonOutcome,
    PersonRequest,
    PersonRight,
    ReceivedBy,
)

blueprint = Blueprint("person_requests", __name__, url_prefix="/demandes-personnes")

REQUEST = Subject("person_request", "person_request_id", queries.get_request)


@blueprint.get("")
@access(Permission.PERSON_REQUEST_KEEP)
def index() -> ResponseReturnValue:
    """Show what waits for an answer, or what is closed."""
    session, identity = db.session(), require_identity()
    is_closed = request.args.get("etat") == "closes"
    found = queries.slice_of_requests(
        session, identity, request.args.get("suite"), is_closed=is_closed
    )
    return render_template(
        "records/persons/index.html", requests=found, is_closed=is_closed, late=queries.count_late(session, identity)
    )  # fmt: skip


@blueprint.route("/nouvelle", methods=["GET", "POST"])
@access(Permission.PERSON_REQUEST_KEEP)
def write() -> ResponseReturnValue:
    """Write a request into the register."""
    form, draft = open_form(PersonRequestForm, received_on=today())
    made = accepted(form, lambda: _write(form))
    if made is not None:
        flash("La demande est inscrite.", "success")
        return redirect("person_requests.show", person_request_id=made.id)
    page = render_template("records/persons/write.html", form=form, draft=draft)
    return page, status_of(form)


@blueprint.get("/<int:person_request_id>")
@access(Permission.PERSON_REQUEST_KEEP, subject=REQUEST)
def show(person_request: PersonRequest) -> ResponseReturnValue:
    """Show a request, where its clock stands, and what to do next."""
    is_mine = permits(require_identity(), Permission.PERSON_REQUEST_TREAT, person_request)
    return render_template("records/persons/show.html", asked=person_request, is_mine=is_mine)


@blueprint.post("/<int:person_request_id>/prise-en-charge")
@access(Permission.PERSON_REQUEST_TAKE, subject=REQUEST)
def take(person_request: PersonRequest) -> ResponseReturnValue:
    """Treat a request."""
    attempted(
        lambda: services.take(db.session(), require_identity(), person_request),
        done=lambda _: "Vous traitez cette demande.",
    )
    return redirect("person_requests.show", person_request_id=person_request.id)


@blueprint.route("/<int:person_request_id>/identite", methods=["GET", "POST"])
@access(Permission.PERSON_REQUEST_TREAT, subject=REQUEST)
def verify(person_request: PersonRequest) -> ResponseReturnValue:
    """Say how the identity of whoever asks was verified."""
    form, _ = open_form(IdentityProofForm, proof_on=today())
    if accepted(form, lambda: _verify(person_request, form)):
        flash("La vérification de l’identité est inscrite.", "success")
        return redirect("person_requests.show", person_request_id=person_request.id)
    return render_template("records/persons/verify.html", asked=person_request, form=form), status_of(form)  # fmt: skip


@blueprint.route("/<int:person_request_id>/prolongation", methods=["GET", "POST"])
@access(Permission.PERSON_REQUEST_TREAT, subject=REQUEST)
def extend(person_request: PersonRequest) -> ResponseReturnValue:
    """Give two more months."""
    form, _ = open_form(ExtensionForm)
    if accepted(form, lambda: _extend(person_request, form)):
        flash("Le délai est prolongé : dites-le à la personne, avec cette raison.", "success")
        return redirect("person_requests.show", person_request_id=person_request.id)
    return render_template("records/persons/extend.html", asked=person_request, form=form), status_of(form)  # fmt: skip


@blueprint.route("/<int:person_request_id>/reponse", methods=["GET", "POST"])
@access(Permission.PERSON_REQUEST_TREAT, subject=REQUEST)
def answer(person_request: PersonRequest) -> ResponseReturnValue:
    """Write what the person was answered."""
    form, draft = open_form(PersonAnswerForm, answered_on=today())
    if accepted(form, lambda: _answer(person_request, form)):
        flash("La réponse est inscrite, la demande est close.", "success")
        return redirect("person_requests.show", person_request_id=person_request.id)
    page = render_template("records/persons/answer.html", asked=person_request, form=form, draft=draft)  # fmt: skip
    return page, status_of(form)


def _write(form: PersonRequestForm) -> PersonRequest:
    received = services.ReceivedRequest(
        kind=PersonRight(form.kind.data), name=form.name.data, email=form.email.data, telephone=form.telephone.data,
        body=form.body.data, received_on=form.received_on.data, received_by=ReceivedBy(form.received_by.data),
    )  # fmt: skip
    return services.write(db.session(), require_identity(), received)


def _verify(asked: PersonRequest, form: IdentityProofForm) -> bool:
    services.verify(
        db.session(), require_identity(), asked, proof=IdentityProof(form.proof.data), proof_on=form.proof_on.data
    )  # fmt: skip
    return True


def _extend(asked: PersonRequest, form: ExtensionForm) -> bool:
    services.extend(db.session(), require_identity(), asked, reason=form.reason.data)
    return True


def _answer(asked: PersonRequest, form: PersonAnswerForm) -> bool:
    services.answer(
        db.session(), require_identity(), asked, outcome=PersonOutcome(form.outcome.data),
        said=form.answer.data, answered_on=form.answered_on.data,
    )  # fmt: skip
    return True
