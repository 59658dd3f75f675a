"""Log, read and correct a visit."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Agent
from app.companies.models import Company, Establishment
from app.companies.queries import get_company, get_establishment
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.now import today
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import choices, number_or_none
from app.core.web.htmx import redirect, render
from app.extensions import db
from app.interlocutors.queries import list_of_firm
from app.network.attachments import uploading
from app.network.attachments.queries import list_of_visit
from app.network.attachments.services import JoinedText
from app.network.comments.readers import Texts, audiences_of
from app.network.presenters import audience_of
from app.network.reading.services import PageShows, mark_shown
from app.values.models import ListValue, ValueList
from app.values.queries import list_usable
from app.visits import presenters, queries, services
from app.visits.forms import CorrectionForm, VisitForm
from app.visits.models import (
    Channel,
    ContactResult,
    DifficultyNature,
    Verdict,
    Visit,
)
from app.visits.services import Report

blueprint = Blueprint("visits", __name__)

ESTABLISHMENT = Subject("establishment", "siret", get_establishment)
FIRM = Subject("company", "siren", get_company)
VISIT = Subject("visit", "visit_id", queries.get_visit)

#: the fields copied to the note as typed
SAID = (*services.NOTES, "network_id", "places")


@blueprint.route("/etablissements/<siret>/visite", methods=["GET", "POST"])
@access(Permission.VISIT_WRITE, subject=ESTABLISHMENT)
def create(establishment: Establishment) -> ResponseReturnValue:
    """Log a visit."""
    form, draft = open_form(VisitForm, visited_on=today())
    _offer(form, establishment)
    outlines = list_usable(db.session(), require_identity(), ValueList.OUTLINE)
    _begin_from(form, outlines)
    logged = accepted(form, lambda: _log(establishment, form))
    if logged is not None:
        return redirect("visits.detail", visit_id=logged.id)
    context = {"form": form, "draft": draft, "establishment": establishment, "outlines": outlines}
    return render_template("visits/create.html", **context), status_of(form)


@blueprint.get("/entreprises/<siren>/visites")
@access(Permission.VISIT_READ, subject=FIRM)
def of_firm(company: Company) -> ResponseReturnValue:
    """Show the visits of a firm, page by page."""
    cursor = request.args.get("suite")
    identity, session = require_identity(), db.session()
    page = queries.slice_of_visits(session, identity, company.siren, cursor=cursor)
    mark_shown(session, identity, _shown(page.rows))
    return render("visits/of_firm.html", "visits/_of_firm.html", company=company, visits=page)


@blueprint.get("/visites/<int:visit_id>")
@access(Permission.VISIT_READ, subject=VISIT)
def detail(visit: Visit) -> ResponseReturnValue:
    """Show the facts, and the note if I am in its audience."""
    identity, session = require_identity(), db.session()
    establishment = get_establishment(session, identity, visit.siret)
    mark_shown(session, identity, _shown([visit]))
    attachments = list_of_visit(session, identity, visit.id) if visit.note else []
    places = queries.list_places(session, identity, visit)
    context = {"establishment": establishment, "attachments": attachments, "places": places}
    return render_template("visits/detail.html", visit=visit, **context)


@blueprint.route("/visites/<int:visit_id>/fichier", methods=["GET", "POST"])
@access(Permission.VISIT_EDIT, subject=VISIT)
def join(visit: Visit) -> ResponseReturnValue:
    """Join a photo or a document to the note of my visit."""
    note = visit.note
    if note is None:
        abort(404)
    text = JoinedText(
        siren=visit.siren,
        departments=note.departments,
        network_id=note.network_id,
        author_id=note.author_id,
        subject=(services.SUBJECT, visit.id),
        visit_id=visit.id,
    )
    back = url_for("visits.detail", visit_id=visit.id)
    return uploading.joining(text, audience=audience_of(note), back=back)


@blueprint.route("/visites/<int:visit_id>/correction", methods=["GET", "POST"])
@access(Permission.VISIT_EDIT, subject=VISIT)
def correct(visit: Visit) -> ResponseReturnValue:
    """Correct my visit."""
    present = queries.list_companions(db.session(), visit.id)
    form, draft = open_form(
        CorrectionForm, **_values(visit), companions=[each.id for each in present]
    )
    _offer_companions(form, visit.siren, visit.departments, held=present)
    if accepted(form, lambda: _correct(visit, form)):
        return redirect("visits.detail", visit_id=visit.id)
    page = render_template("visits/correct.html", form=form, draft=draft, visit=visit)
    return page, status_of(form)


def _shown(visits: Sequence[Visit]) -> PageShows:
    return PageShows(subjects={services.SUBJECT: [visit.id for visit in visits]})


def _offer(form: VisitForm, establishment: Establishment) -> None:
    session, identity = db.session(), require_identity()
    where = [establishment.department] if establishment.department else []
    form.network_id.offer(audiences_of(session, identity, establishment.siren, where))
    places = queries.list_other_places(session, identity, establishment)
    form.places.choices = choices(presenters.place_choices(places))
    known = list_of_firm(session, identity, establishment.siren)
    form.met.choices = choices((str(each.id), each.full_label) for each in known)
    _offer_companions(form, establishment.siren, where)


def _offer_companions(
    form: CorrectionForm, siren: str, where: Sequence[str], *, held: Sequence[Agent] = ()
) -> None:
    texts = Texts(siren=siren, departments=where)
    offered = queries.list_offered(db.session(), require_identity(), texts)
    people = presenters.companion_choices(offered, held)
    form.companions.choices = choices(people)


def _begin_from(form: VisitForm, outlines: Sequence[ListValue]) -> None:
    """Begin the note with the outline that the address asks for, after what a draft holds."""
    asked = number_or_none(request.args.get("trame"))
    text = next((each.definition for each in outlines if each.id == asked), "")
    body = form.body.data or ""
    if request.method == "GET" and text not in body:
        form.body.data = f"{body}\n\n{text}".strip()


def _values(visit: Visit) -> dict[str, Any]:
    facts = {name: getattr(visit, name) for name in services.FACTS}
    note = {name: getattr(visit.note, name) for name in services.NOTES} if visit.note else {}
    severity = None if visit.severity is None else str(visit.severity)
    return {**facts, **note, "severity": severity}


def _report(form: VisitForm | CorrectionForm) -> Report:
    note = {field.name: field.data for field in form if field.name in SAID}
    return Report(
        visited_on=form.visited_on.data,
        channel=Channel(form.channel.data),
        contact_result=ContactResult(form.contact_result.data),
        verdict=Verdict(form.verdict.data) if form.verdict.data else None,
        nature=DifficultyNature(form.nature.data) if form.nature.data else None,
        severity=int(form.severity.data) if form.severity.data else None,
        companions=form.companions.data or (),
        **note,
    )


def _log(establishment: Establishment, form: VisitForm) -> Visit:
    session, identity = db.session(), require_identity()
    sirets = [establishment.siret, *(form.places.data or [])]
    others = queries.list_same_day(
        session, identity, establishment.siren, sirets, form.visited_on.data
    )
    told = ",".join(str(other.id) for other in others)
    if others and form.same_day.data != told:
        form.same_day.data = told
        raise DomainError(presenters.same_day(others, establishment), field="visited_on")
    report = replace(_report(form), people_met=_met(form))
    return services.log_visit(session, identity, establishment, report)


def _met(form: VisitForm) -> str:
    """Whom the note says that the agent met: those who are ticked among the people of the firm, then whoever else is named."""
    ticked = set(form.met.data or [])
    named = [choice.label for choice in form.met.choices if choice.value in ticked]
    return " ; ".join(filter(None, (*named, form.people_met.data)))


def _correct(visit: Visit, form: CorrectionForm) -> bool:
    services.correct_visit(db.session(), require_identity(), visit, _report(form))
    return True
