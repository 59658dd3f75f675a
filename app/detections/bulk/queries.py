"""Read bulk acts and their firms; row-level security gives one's own acts."""

from collections.abc import Sequence

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.detections.bulk.models import BulkAct


def get_act(session: Session, _identity: Identity, act_id: int) -> BulkAct:
    """Return one of the agent's bulk acts; raise `NotFoundError`."""
    act = session.get(BulkAct, act_id)
    if act is None:
        raise NotFoundError
    return act


def list_firms(session: Session, identity: Identity, sirens: Sequence[str]) -> Sequence[Company]:
    """Return the firms of some numbers that are in the agent's zone or accompagnements, by name."""
    zone = Company.departments.overlap(list(identity.departments))
    supported = Company.siren.in_(identity.case_sirens) if identity.case_sirens else ~true()
    these = select(Company).where(Company.siren.in_(sirens), zone | supported)
    return session.scalars(these.order_by(Company.name_sort, Company.siren)).all()
