"""The pages of the people of a firm."""

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.now import today
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import number_or_none
from app.core.web.htmx import redirect, render
from app.extensions import db
from app.interlocutors import queries, services
from app.interlocutors.forms import InterlocutorForm
from app.interlocutors.models import Interlocutor, InterlocutorSource
from app.interlocutors.services import AlreadyKnownError, Described

blueprint = Blueprint("interlocutors", __name__)

FIRM = Subject("company", "siren", get_company)
PERSON = Subject("person", "interlocutor_id", queries.get_interlocutor)
SAID = ("name", "function", "telephone", "email", "given_by", "given_on")


@blueprint.route("/entreprises/<siren>/interlocuteurs/nouveau", methods=["GET", "POST"])
@access(Permission.INTERLOCUTOR_WRITE, subject=FIRM)
def create(company: Company) -> ResponseReturnValue:
    """Write somebody of a firm."""
    form, _ = open_form(InterlocutorForm, given_on=today())
    if accepted(form, lambda: _add(company, form)):
        flash("L’interlocuteur est ajouté.", "success")
        return redirect("firm.exchange", siren=company.siren, _anchor="interlocuteurs")
    context = {"form": form, "company": company, "person": None}
    return render_template("interlocutors/edit.html", **context), status_of(form)


@blueprint.get("/interlocuteurs/<int:interlocutor_id>")
@access(Permission.INTERLOCUTOR_READ, subject=PERSON)
def show(person: Interlocutor) -> ResponseReturnValue:
    """Show how to reach somebody, and count that it was shown."""
    identity = require_identity()
    record_apart(
        db.engine, identity, Event.INTERLOCUTOR_READ, siren=person.siren, interlocutor=person.id
    )
    pages = ("interlocutors/show.html", "interlocutors/_ways.html")
    return render(*pages, person=person, company=_firm_of(person))


@blueprint.route("/interlocuteurs/<int:interlocutor_id>/correction", methods=["GET", "POST"])
@access(Permission.INTERLOCUTOR_CHANGE, subject=PERSON)
def correct(person: Interlocutor) -> ResponseReturnValue:
    """Correct what is said of somebody; the form shows it, which counts."""
    values = {name: getattr(person, name) for name in SAID}
    form, _ = open_form(
        InterlocutorForm, **values, source=person.source.value, shown=str(person.version)
    )
    if accepted(form, lambda: _correct(person, form)):
        flash("La correction est enregistrée.", "success")
        return redirect("firm.exchange", siren=person.siren, _anchor="interlocuteurs")
    record_apart(
        db.engine, require_identity(), Event.INTERLOCUTOR_READ, siren=person.siren, interlocutor=person.id
    )  # fmt: skip
    context = {"form": form, "company": _firm_of(person), "person": person}
    return render_template("interlocutors/edit.html", **context), status_of(form)


@blueprint.post("/interlocuteurs/<int:interlocutor_id>/archivage")
@access(Permission.INTERLOCUTOR_CHANGE, subject=PERSON)
def archive(person: Interlocutor) -> ResponseReturnValue:
    """Show somebody no more."""
    siren = person.siren
    attempted(
        lambda: services.archive(db.session(), require_identity(), person),
        done=lambda _: "Cette personne n’est plus montrée à personne.",
    )
    return redirect("firm.exchange", siren=siren, _anchor="interlocuteurs")


def _firm_of(person: Interlocutor) -> Company:
    return get_company(db.session(), require_identity(), person.siren)


def _add(company: Company, form: InterlocutorForm) -> bool:
    try:
        services.add(
            db.session(), require_identity(), company, _described(form), told=form.told.data
        )
    except AlreadyKnownError as error:
        form.told.data = error.token
        raise
    return True


def _correct(person: Interlocutor, form: InterlocutorForm) -> bool:
    try:
        services.correct(
            db.session(), require_identity(), person, _described(form),
            shown=number_or_none(form.shown.data), told=form.told.data,
        )  # fmt: skip
    except AlreadyKnownError as error:
        form.told.data = error.token
        raise
    return True


def _described(form: InterlocutorForm) -> Described:
    said = {name: form[name].data for name in SAID}
    return Described(**said, source=InterlocutorSource(form.source.data))
