"""« Pourquoi je vois cette entreprise »: the grounds for reading a firm, shown on its pages."""

from typing import Any

from sqlalchemy.orm import Session

from app.companies.grounds import grounds
from app.companies.models import Company
from app.core.access.identity import Identity
from app.unlocks import queries
from app.unlocks.policies import would_open


def why_seen(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """The context of `_panel_why_seen.html`; ``can_unlock`` says whether to offer an unlock."""
    in_force = queries.list_of_company(session, identity, company.siren)
    return {
        "company": company,
        "grounds": grounds(identity, company),
        "unlock": next((row for row in in_force if row.agent_id == identity.agent_id), None),
        "network_unlocks": [row for row in in_force if row.agent_id != identity.agent_id],
        "can_unlock": would_open(identity, company),
    }
