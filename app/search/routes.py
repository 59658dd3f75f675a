"""The search box: a number goes straight to its page, words give a list."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app.companies import queries as companies
from app.companies.models import Company
from app.core import journal
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.database.keyset import Page
from app.core.web import htmx
from app.core.web.pace import SEARCHES, paced
from app.extensions import db
from app.habilitations.queries import list_departments
from app.search import queries
from app.search.question import SearchQuery, understand

blueprint = Blueprint("search", __name__)

#: what the journal keeps of a query
JOURNALED = 100


@blueprint.get("/recherche")
@access(Permission.SEARCH_USE)
@paced(SEARCHES)
def results() -> ResponseReturnValue:
    """Show the firms that match the query, or go to the page of the number that was typed."""
    question = understand(request.args.get("q", ""))
    if question.siren or question.siret:
        return _number_page(question)
    page = None
    if question.words:
        cursor = request.args.get("suite")
        page = queries.page_of_companies(
            db.session(), require_identity(), question.words, cursor=cursor
        )
        _record(question, page.total)
    return _render(question, page)


def _number_page(question: SearchQuery) -> ResponseReturnValue:
    """Redirect to the page of a siren or a siret, or explain what to do when none matches."""
    session, identity = db.session(), require_identity()
    if question.siret:
        found = companies.find_establishment(session, identity, question.siret) is not None
        target = url_for("portal.establishment", siret=question.siret)
    else:
        found = companies.find_company(session, identity, question.siren or "") is not None
        target = url_for("portal.company", siren=question.siren)
    _record(question, int(found))
    return redirect(target) if found else _render(question, None)


def _record(question: SearchQuery, count: int) -> None:
    journal.record_apart(
        db.engine,
        require_identity(),
        journal.Event.SEARCHED,
        query=question.text[:JOURNALED],
        count=count,
    )


def _render(question: SearchQuery, page: Page[Company] | None) -> ResponseReturnValue:
    names = {row.code: row.label for row in list_departments(db.session())}
    return htmx.render(
        "search/results.html",
        "search/_results.html",
        question=question,
        results=page,
        department_names=names,
        freshness=companies.find_freshness(db.session()),
    )
