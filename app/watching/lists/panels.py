"""What the pages of a firm show of the lists it is on."""

from typing import Any

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.front.addresses import path_to
from app.watching.lists import queries
from app.watching.lists.models import CompanyList


def of_firm(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `watching/lists/_labels.html`: the lists that the firm is on, as the agent may know them."""
    found = queries.list_of_firm(session, identity, company.siren)
    return {"company_lists": [line(known) for known in found]}


def line(known: CompanyList) -> dict[str, Any]:
    """Return a list as a tag: its name, whose it is, its page."""
    return {
        "label": known.label,
        "source": known.source.label if known.is_partners else "",
        "url": path_to("company_lists.show", company_list_id=known.id),
    }


def audience_of(known: CompanyList) -> str:
    """Return who reads the list."""
    if known.is_open:
        return "Tous les agents habilités, chacun dans sa zone"
    return known.network.label if known.network else "Son auteur seul"
