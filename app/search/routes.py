"""The search box: a number goes straight to its page, words give a list, and suggestions while they are typed."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app.companies import queries as companies
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.web import htmx
from app.core.web.pace import SEARCHES, paced
from app.extensions import db
from app.habilitations.queries import list_departments
from app.search import queries, services
from app.search.queries import FoundPage
from app.search.question import SearchQuery, understand
from app.search.texts.presenters import HitGroup, groups
from app.search.texts.queries import find_texts

blueprint = Blueprint("search", __name__)


@blueprint.get("/recherche")
@access(Permission.SEARCH_USE)
@paced(SEARCHES)
def results() -> ResponseReturnValue:
    """Show the firms that match the query, or go to the page of the number that was typed."""
    query = understand(request.args.get("q", ""))
    if query.siren or query.siret:
        return _number_page(query)
    if not query.words:
        return _render(query)
    session, identity, cursor = db.session(), require_identity(), request.args.get("suite")
    page = queries.page_of_companies(session, identity, query.words, cursor=cursor)
    # The pages that follow show more firms: the rest was on the first.
    texts = None if cursor else find_texts(session, identity, query.words)
    _record(query, len(page.found.sirens), texts=texts.count if texts else 0)
    return _render(query, page, groups(identity, texts) if texts else ())


@blueprint.post("/recherche/recentes/effacement")
@access(Permission.SEARCH_USE)
def erase() -> ResponseReturnValue:
    """Forget what I searched lately."""
    services.erase(db.session(), require_identity())
    return redirect(url_for("search.results"), 303)


@blueprint.get("/recherche/suggestions")
@access(Permission.SEARCH_USE)
@paced(SEARCHES)
def suggestions() -> ResponseReturnValue:
    """Name the first firms that the text being typed would give; outside of a box, the page says more."""
    if not htmx.wants_fragment():
        return redirect(url_for("search.results", q=request.args.get("q", "")))
    query = understand(request.args.get("q", ""))
    firms = queries.suggested(db.session(), require_identity(), query)
    if firms is not None:
        services.record_suggestions(
            require_identity(), query.text[: services.JOURNALED], len(firms)
        )
    names = {row.code: row.label for row in list_departments(db.session())}
    return render_template("search/_suggestions.html", firms=firms or (), department_names=names)


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
    return redirect(target) if exists else _render(query)


def _record(query: SearchQuery, count: int, *, texts: int = 0) -> None:
    services.record_search(require_identity(), query.text[: services.JOURNALED], count, texts=texts)


def _render(
    query: SearchQuery, page: FoundPage | None = None, others: Sequence[HitGroup] = ()
) -> ResponseReturnValue:
    found = page.found if page else None
    is_sure = found is not None and len(found.likened) < len(found.sirens)
    names = {row.code: row.label for row in list_departments(db.session())}
    return htmx.render(
        "search/results.html",
        "search/_results.html",
        query=query,
        results=page,
        groups=others,
        # Firms that only resemble what was typed come after what holds it.
        firms_first=is_sure,
        recent=queries.list_recent(db.session(), require_identity()),
        department_names=names,
        freshness=companies.find_freshness(db.session()),
    )
