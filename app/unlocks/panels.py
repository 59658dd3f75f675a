"""« Pourquoi je vois cette entreprise », and what an act is about to open of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.companies.grounds import grounds
from app.companies.models import Company
from app.core.access.identity import Identity, Nature
from app.core.now import utcnow
from app.unlocks import queries
from app.unlocks.models import LASTS, UnlockScope
from app.unlocks.policies import to_open, would_open


@dataclass(frozen=True, kw_only=True)
class WhatOpens:
    """What an agent is about to open of a firm, to whom and until when: said before they send."""

    #: those that whoever asks will read and does not yet
    natures: tuple[Nature, ...]
    scope: UnlockScope
    departments: tuple[str, ...]
    #: none: until the accompagnement is closed
    until: datetime | None


def what_opens(identity: Identity, company: Company, *, scope: UnlockScope) -> WhatOpens:
    """The context of `_what_opens.html`."""
    return WhatOpens(
        natures=tuple(to_open(identity, company)),
        scope=scope,
        departments=tuple(company.departments),
        until=None if scope is UnlockScope.CASE else utcnow() + LASTS,
    )


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
