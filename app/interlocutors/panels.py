"""What other pages show of the people of a firm: names and functions, never how to reach them."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.companies.models import Company
from app.core.access.identity import Identity
from app.interlocutors import queries


def of_firm(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_interlocutors.html`, on the page of a firm."""
    return _of(session, identity, company.siren)


def of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """The same on the page of an accompagnement."""
    return _of(session, identity, case.siren)


def _of(session: Session, identity: Identity, siren: str) -> dict[str, Any]:
    people = queries.list_of_firm(session, identity, siren)
    return {"interlocutors": people, "interlocutors_most": queries.SHOWN}
