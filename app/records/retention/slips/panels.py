"""What the page of an accompagnement says once it was eliminated."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.records.retention.models import KeptObject
from app.records.retention.slips import queries


def of_case(session: Session, _identity: Identity, case: Case) -> dict[str, Any]:
    """For `_eliminated.html`: the number of the slip, none while the accompagnement is whole."""
    if case.eliminated_at is None:
        return {"eliminated_by": None}
    with reading_as_system(session, reason="Bordereau d’un accompagnement"):
        number = queries.find_slip_of(session, KeptObject.CASE, case.id)
    return {"eliminated_by": number}
