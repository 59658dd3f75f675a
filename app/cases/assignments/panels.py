"""What the pages of a firm show of who follows it up."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.assignments.queries import find_follow_up
from app.cases.queries import list_openable
from app.companies.models import Company
from app.core.access.identity import Identity

#: accompagnements shown on the firm's page; the list has the others
CASES_SHOWN = 10


def cases(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_cases.html`, and for the band that says to whom the firm is given."""
    known = find_follow_up(session, identity, company.siren, limit=CASES_SHOWN + 1)
    return {
        "company": company,
        "cases": known.cases[:CASES_SHOWN],
        "has_more_cases": len(known.cases) > CASES_SHOWN,
        "openable": list_openable(session, identity, company.siren),
        "assignment": known.assignment,
    }
