"""Context of the visits panel, on the page of a firm or of an accompagnement."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.companies.models import Company, Establishment
from app.companies.queries import get_establishment
from app.core.access.identity import Identity
from app.visits import queries


def visits(
    session: Session, identity: Identity, company: Company, establishment: Establishment | None
) -> dict[str, Any]:
    """For `_panel_visits.html` on the firm's page; ``establishment`` is the one offered for a new visit."""
    logged = queries.slice_of_visits(session, identity, company.siren)
    return {"company": company, "visits": logged, "visited": establishment}


def visits_of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """The same on the page of an accompagnement: the visits before it too, and those of the firm's other places."""
    logged = queries.slice_of_visits(session, identity, case.siren)
    return {"visits": logged, "visited": get_establishment(session, identity, case.siret)}


def keeps_case(session: Session, _identity: Identity, case: Case) -> str | None:
    """Say that a visit stands on an accompagnement, which is therefore not deleted."""
    if not queries.has_visit(session, case.id):
        return None
    return "Une visite y est consignée : il ne se supprime plus, enregistrez plutôt son issue."
