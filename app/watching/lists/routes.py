"""Lists of firms: those that I read, one of them, and those that a firm is on."""

from collections.abc import Mapping

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import choices
from app.core.web.htmx import redirect
from app.extensions import db
from app.watching.lists import pages, queries, services
from app.watching.lists.forms import CompanyListForm, FillForm, OfFirmForm, sirens_in
from app.watching.lists.models import CompanyList
from app.watching.lists.pages import NOTHING

blueprint = Blueprint("company_lists", __name__)

LIST = Subject("company_list", "company_list_id", queries.get_list)
COMPANY = Subject("company", "siren", get_company)


@blueprint.route("/listes", methods=["GET", "POST"])
@access(Permission.COMPANY_LIST_READ)
def index() -> ResponseReturnValue:
    """Show the lists that I read; make one."""
    session, identity = db.session(), require_identity()
    form, _ = open_form(CompanyListForm)
    pages.offer(session, identity, form)
    made = accepted(form, lambda: services.create(session, identity, form.asked()))
    if made is not None:
        return redirect("company_lists.show", company_list_id=made.id)
    context = pages.lists(session, identity, request.args.get("suite"))
    return render_template("watching/lists/index.html", list_form=form, **context), status_of(form)


@blueprint.get("/listes/<int:company_list_id>")
@access(Permission.COMPANY_LIST_READ, subject=LIST)
def show(company_list: CompanyList) -> ResponseReturnValue:
    """Show the firms of a list that are within my reach."""
    return _page(company_list, FillForm(formdata=None), request.args)


@blueprint.post("/listes/<int:company_list_id>/ajout")
@access(Permission.COMPANY_LIST_FILL, subject=LIST)
def fill(company_list: CompanyList) -> ResponseReturnValue:
    """Put the firms pasted on a list."""
    session, identity = db.session(), require_identity()
    form, _ = open_form(FillForm)
    put = accepted(
        form,
        lambda: services.fill(session, identity, company_list, sirens_in(form.sirens.data or "")),
    )
    if put is not None:
        for category, sentence in pages.told(put):
            flash(sentence, category)
        return redirect("company_lists.show", company_list_id=company_list.id)
    return _page(company_list, form), status_of(form)


@blueprint.post("/listes/<int:company_list_id>/retrait/<siren>")
@access(Permission.COMPANY_LIST_FILL, subject=LIST)
def take_off(company_list: CompanyList, siren: str) -> ResponseReturnValue:
    """Take a firm off a list."""
    attempted(
        lambda: services.empty(db.session(), require_identity(), company_list, [siren]),
        done=lambda gone: (
            "L’entreprise est retirée de la liste." if gone else "Elle n’y était plus."
        ),
    )
    return redirect("company_lists.show", company_list_id=company_list.id)


@blueprint.post("/listes/<int:company_list_id>/archivage")
@access(Permission.COMPANY_LIST_EDIT, subject=LIST)
def archive(company_list: CompanyList) -> ResponseReturnValue:
    """Archive a list."""
    attempted(
        lambda: services.archive(db.session(), require_identity(), company_list),
        done=lambda _: "La liste est archivée : elle n’étiquette plus aucune entreprise.",
    )
    return redirect("company_lists.index")


@blueprint.route("/entreprises/<siren>/listes", methods=["GET", "POST"])
@access(Permission.COMPANY_LIST_READ, subject=COMPANY)
def of_firm(company: Company) -> ResponseReturnValue:
    """Show the lists that a firm is on; change those that I fill."""
    session, identity = db.session(), require_identity()
    filled = queries.list_filled(session, identity)
    on = queries.list_of_firm(session, identity, company.siren)
    current = [str(known.id) for known in on if known in filled]
    form, _ = open_form(OfFirmForm, lists=current)
    form.lists.choices = choices((str(known.id), known.label) for known in filled)
    if accepted(form, lambda: pages.settle(session, identity, company, filled, form.lists.data)):
        flash("Les listes de l’entreprise sont à jour.", "success")
        return redirect("firm.understand", siren=company.siren)
    others = [known for known in on if known not in filled]
    page = render_template(
        "watching/lists/firm.html", company=company, lists_form=form, others=others
    )
    return page, status_of(form)


def _page(company_list: CompanyList, form: FillForm, query: Mapping[str, str] = NOTHING) -> str:
    identity = require_identity()
    context = pages.firms(db.session(), identity, company_list, query)
    record_apart(db.engine, identity, Event.COMPANY_LIST_READ, **pages.trace_of(context))
    return render_template("watching/lists/show.html", fill_form=form, **context)
