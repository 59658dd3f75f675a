"""What other domains add to the page of an accompagnement, and what this one adds to the firm's page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.models import Case
from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.slots import Slot

#: accompagnements shown on the firm's page; the list has the others
CASES_SHOWN = 10


@dataclass(frozen=True)
class CasePanel:
    """A part of the page of every accompagnement: its template, and the function that returns its context."""

    template: str
    provider: Callable[[Session, Identity, Case], dict[str, Any]]


#: the parts that the domains above register
case_panels: Slot[CasePanel] = Slot("panels of an accompagnement")


def of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """Return the context of every panel, with their templates under ``panels``."""
    context: dict[str, Any] = {"panels": [panel.template for panel in case_panels]}
    for panel in case_panels:
        context.update(panel.provider(session, identity, case))
    return context


def cases(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_cases.html`, on the firm's page."""
    found = queries.list_cases_of_company(session, identity, company.siren, limit=CASES_SHOWN + 1)
    openable = queries.list_openable(session, identity, company.siren)
    return {
        "company": company,
        "cases": found[:CASES_SHOWN],
        "has_more_cases": len(found) > CASES_SHOWN,
        "openable": openable,
    }
