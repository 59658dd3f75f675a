"""Every page about a firm leaves a trace in the journal, whichever domain serves it."""

from typing import Any

from flask import Response, after_this_request, request

from app.companies import queries, services
from app.companies.models import Company
from app.core.access.guard import SAFE_METHODS, watchers
from app.core.access.identity import Identity
from app.core.database.unit_of_work import apart
from app.extensions import db

#: the statuses of an answer that shows the page of the firm: a write answered by its page, done or refused
SHOWN = frozenset({200, 422})


def keep_trace(identity: Identity, subject: Any) -> None:
    """Journal that ``identity`` opens a page about the firm of ``subject``, if it has one.

    A write has its own line, and leads elsewhere; one that is answered by a page of the firm is a reading too.
    """
    siren = getattr(subject, "siren", None)
    if siren is None:
        return
    siret = getattr(subject, "siret", None)
    details = {"page": request.path} if siret is None else {"page": request.path, "siret": siret}
    if request.method not in SAFE_METHODS:
        after_this_request(lambda answer: _trace_of_answer(answer, identity, siren, details))
        return
    is_firm = isinstance(subject, Company)
    company = subject if is_firm else queries.get_company(db.session(), identity, siren)
    services.record_reading(db.engine, identity, company, **details)


def watch() -> None:
    """From now on, record every object that a page opens."""
    watchers.fill(keep_trace)


def _trace_of_answer(
    answer: Response, identity: Identity, siren: str, details: dict[str, str]
) -> Response:
    """Journal the reading once the transaction of the write is over, on what is open to the agent then."""
    if answer.status_code in SHOWN:
        with apart(identity) as session:
            company = queries.get_company(session, identity, siren)
        services.record_reading(db.engine, identity, company, **details)
    return answer
