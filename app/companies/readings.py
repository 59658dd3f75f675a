"""Every page about a firm leaves a trace in the journal, whichever domain serves it."""

from typing import Any

from flask import request

from app.companies import queries, services
from app.companies.models import Company
from app.core.access.guard import SAFE_METHODS, watchers
from app.core.access.identity import Identity
from app.extensions import db


def keep_trace(identity: Identity, subject: Any) -> None:
    """Journal that ``identity`` opens a page about the firm of ``subject``, if it has one; writes have their own lines."""
    siren = getattr(subject, "siren", None)
    if siren is None or request.method not in SAFE_METHODS:
        return
    siret = getattr(subject, "siret", None)
    details = {"page": request.path} if siret is None else {"page": request.path, "siret": siret}
    is_firm = isinstance(subject, Company)
    company = subject if is_firm else queries.get_company(db.session(), identity, siren)
    services.record_reading(db.engine, identity, company, **details)


def watch() -> None:
    """From now on, record every object that a page opens."""
    watchers.fill(keep_trace)
