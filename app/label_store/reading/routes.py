"""What is learnt of the country and of one firm, a building of another day, and what visits found."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.companies.models import FRANCE, Company
from app.companies.queries import find_company, get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.now import today
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import render
from app.extensions import db
from app.label_store import queries, services
from app.label_store.models import LabelBuild
from app.label_store.reading import presenters
from app.label_store.reading import verdicts as found
from app.label_store.reading.forms import BuildForm, FirmForm, LabelsFilter

blueprint = Blueprint("label_store", __name__)

FIRM = Subject("company", "siren", get_company)
UNKNOWN = "Aucune entreprise ne porte ce siren : vérifiez ce que vous avez saisi."


@blueprint.get("/modele/etiquettes")
@access(Permission.MODEL_READ)
def index() -> ResponseReturnValue:
    """Show what is learnt of the country, censored, excluded, by year and region."""
    form, _ = open_form(BuildForm, path=url_for("label_store.ask"), known_on=today())
    return _country(form)


@blueprint.route("/modele/etiquettes/calcul", methods=["GET", "POST"])
@access(Permission.MODEL_DECIDE)
def ask() -> ResponseReturnValue:
    """Ask for a building of what was known on a day."""
    form, _ = open_form(BuildForm, known_on=today())
    if accepted(form, lambda: _ask(form)):
        flash("Le calcul est demandé : il apparaît ici dès qu’il est fait.", "success")
        return redirect(url_for("label_store.index"), 303)
    return render_template("label_store/ask.html", form=form), status_of(form)


@blueprint.get("/modele/etiquettes/entreprise")
@access(Permission.LABELS_READ)
def find() -> ResponseReturnValue:
    """Go to what is learnt of a firm, by its siren."""
    form = FirmForm(request.args)
    if "siren" not in request.args:
        return render_template("label_store/find.html", form=form)
    if form.validate():
        siren = str(form.siren.data)
        if find_company(db.session(), require_identity(), siren) is not None:
            return redirect(url_for("label_store.firm", siren=siren), 303)
        form.siren.errors = [UNKNOWN]
    return render_template("label_store/find.html", form=form), 422


@blueprint.get("/modele/etiquettes/entreprises/<siren>")
@access(Permission.LABELS_READ, subject=FIRM)
def firm(company: Company) -> ResponseReturnValue:
    """Show what is learnt of a firm and why, quarter by quarter, as known on a day."""
    session, identity = db.session(), require_identity()
    form, build, status = _chosen()
    context: dict[str, Any] = {"company": company, "form": form, "build": build}
    if build is not None:
        interval = queries.find_interval(session, identity, build.id, company.siren)
        context |= presenters.reading(company, interval, build)
        visits = queries.list_verdicts(session, identity, company.siren, known_on=build.known_on)
        context["verdicts"] = presenters.verdict_rows(visits)
    return render("label_store/firm.html", "label_store/_firm.html", status=status, **context)


@blueprint.get("/modele/verdicts")
@access(Permission.MODEL_READ)
def verdicts() -> ResponseReturnValue:
    """Show what visits found, whether a model of it is published, and why not."""
    _, build, _ = _chosen()
    told = found.context(build.facts["verdicts"]) if build and build.facts else None
    return render_template("label_store/verdicts.html", build=build, told=told)


def _country(ask_form: BuildForm) -> ResponseReturnValue:
    session = db.session()
    form, build, status = _chosen()
    context: dict[str, Any] = {"form": form, "build": build, "ask_form": ask_form}
    context |= {"firm_form": FirmForm(formdata=None), "builds": queries.list_builds(session)}
    if build is not None:
        labels = queries.region_labels()
        counts = queries.list_counts(session, build.id, region=form.region.data or FRANCE)
        regions = queries.list_regions(session, build.id)
        context |= presenters.country(counts, regions, labels)
        context["admin_end"] = presenters.admin_end(build)
    return render("label_store/index.html", "label_store/_country.html", status=status, **context)


def _chosen() -> tuple[LabelsFilter, LabelBuild | None, int]:
    """Return the filter as sent, the building that it chooses (the last one otherwise), and the status of the page."""
    builds = queries.list_done(db.session())
    form = LabelsFilter(request.args)
    form.offer(builds, queries.region_labels())
    is_valid = form.validate()
    asked = form.connaissance.data if is_valid else None
    build = next((each for each in builds if str(each.id) == asked), builds[0] if builds else None)
    if not is_valid:
        form.region.data = FRANCE
    return form, build, 200 if is_valid else 422


def _ask(form: BuildForm) -> LabelBuild:
    return services.ask_build(
        db.session(), require_identity(), known_on=form.known_on.data, trigger="demande"
    )
