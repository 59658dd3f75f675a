"""What other pages show of the people of a firm: names and functions, never how to reach them."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.companies.models import Company
from app.core.access.identity import Identity
from app.interlocutors import queries


def of_firm(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_interlocutors.html`, on the page of a firm."""
    return {"interlocutors": queries.list_of_firm(session, identity, company.siren)}


def of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """The same on the page of an accompagnement."""
    return {"interlocutors": queries.list_of_firm(session, identity, case.siren)}
