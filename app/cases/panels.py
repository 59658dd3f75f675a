"""What other domains add to the page of an accompagnement, and what this one gives to the firm's page."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.models import Case
from app.companies.models import Company
from app.core.access.identity import Identity

#: the context of a template, for one accompagnement
Provider = Callable[[Session, Identity, Case], dict[str, Any]]

_panels: dict[str, Provider] = {}


def add_to_case(template: str, provider: Provider) -> None:
    """Include ``template``, with what ``provider`` gives, in the page of every accompagnement."""
    _panels[template] = provider


def of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """The context of every panel, and their templates as ``panels``."""
    context: dict[str, Any] = {"panels": list(_panels)}
    for provider in _panels.values():
        context.update(provider(session, identity, case))
    return context


def cases(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_cases.html`, on the firm's page."""
    found = queries.list_cases_of_company(session, identity, company.siren)
    openable = queries.list_openable(session, identity, company.siren)
    return {"company": company, "cases": found, "openable": openable}
