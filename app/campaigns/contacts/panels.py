"""What the pages of a firm and the home page show of contacts."""

from typing import Any

from sqlalchemy.orm import Session

from app.campaigns.contacts import presenters, queries
from app.campaigns.models import FirmContact
from app.companies.models import Company
from app.core.access.identity import Identity

#: contacts on the page of a firm
FIRM_SHOWN = 3


def of_firm(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For the next step of a firm, ``being_contacted``: the contact that somebody took and has not settled; for `_panel_contacts.html`,
    those that were put off or given back: what was logged of the others is among its visits.
    """
    contacts = queries.list_of_firm(session, identity, company.siren)
    left = [each for each in contacts if not each.is_open and each.visit_id is None][:FIRM_SHOWN]
    return {
        "contacts": [presenters.sentence_of(each) for each in left],
        "being_contacted": next((contact for contact in contacts if contact.is_open), None),
    }


def of_agent(session: Session, identity: Identity, *, limit: int) -> list[FirmContact]:
    """Return the contacts that the agent took and of which nothing is said yet, the oldest first."""
    return list(queries.list_mine(session, identity, limit=limit))
