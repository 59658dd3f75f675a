"""The search box: a number goes straight to its page, words give a list, and suggestions while they are typed."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app.companies import queries as companies
from app.companies.models import Company
from app.core import journal
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.web import htmx
from app.core.web.pace import SEARCHES, paced
from app.extensions import db
from app.habilitations.queries import list_departments
from app.search import queries, services
from app.search.queries import FoundPage
from app.search.question import SearchQuery, understand

blueprint = Blueprint("search", __name__)

#: what the journal keeps of a query
JOURNALED = 100


@blueprint.get("/recherche")
@access(Permission.SEARCH_USE)
@paced(SEARCHES)
def results() -> ResponseReturnValue:
    """Show the firms that match the query, or go to the page of the number that was typed."""
    query = understand(request.args.get("q", ""))
    if query.siren or query.siret:
        return _number_page(query)
    page = None
    if query.words:
        cursor = request.args.get("suite")
        page = queries.page_of_companies(
            db.session(), require_identity(), query.words, cursor=cursor
        )
        _record(query, len(page.found.sirens))
    return _render(query, page)


@blueprint.get("/recherche/suggestions")
@access(Permission.SEARCH_USE)
@paced(SEARCHES)
def suggestions() -> ResponseReturnValue:
    """Name the first firms that the text being typed would give; outside of a box, the page says more."""
    if not htmx.wants_fragment():
        return redirect(url_for("search.results", q=request.args.get("q", "")))
    query = understand(request.args.get("q", ""))
    firms = _suggested(query)
    if firms is not None:
        services.record_suggestions(require_identity(), query.text[:JOURNALED], len(firms))
    names = {row.code: row.label for row in list_departments(db.session())}
    return render_template("search/_suggestions.html", firms=firms or (), department_names=names)


def _suggested(query: SearchQuery) -> Sequence[Company] | None:
    """The firms to suggest; `None` when nothing was looked for."""
    session, identity = db.session(), require_identity()
    if query.siren or query.siret:
        siren = query.siren or (query.siret or "")[: companies.SIREN_LENGTH]
        firm = companies.find_company(session, identity, siren)
        return [firm] if firm else []
    return queries.suggest(session, identity, query.words) if query.words else None


def _number_page(query: SearchQuery) -> ResponseReturnValue:
    """Redirect to the page of a siren or a siret, or explain what to do when none matches."""
    session, identity = db.session(), require_identity()
    if query.siret:
        exists = companies.find_establishment(session, identity, query.siret) is not None
        target = url_for("firm.establishment", siret=query.siret)
    else:
        exists = companies.find_company(session, identity, query.siren or "") is not None
        target = url_for("firm.understand", siren=query.siren)
    _record(query, int(exists))
    return redirect(target) if exists else _render(query, None)


def _record(query: SearchQuery, count: int) -> None:
    journal.record_apart(
        db.engine,
        require_identity(),
        journal.Event.SEARCHED,
        query=query.text[:JOURNALED],
        count=count,
    )


def _render(query: SearchQuery, page: FoundPage | None) -> ResponseReturnValue:
    names = {row.code: row.label for row in list_departments(db.session())}
    return htmx.render(
        "search/results.html",
        "search/_results.html",
        query=query,
        results=page,
        department_names=names,
        freshness=companies.find_freshness(db.session()),
    )
