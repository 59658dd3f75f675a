"""Read the register: what waits for an answer first, the oldest day first."""

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload

from app.companies.queries import find_company
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.keyset import Key, Slice, slice_of
from app.core.errors import NotFoundError
from app.core.now import today
from app.transparency.demands.models import Demand

WHY = "Demande d’une entreprise sur l’algorithme"


def get_demand(session: Session, _identity: Identity, demand_id: int) -> Demand:
    """Return a demand within reach; raise `NotFoundError`."""
    demand = session.scalar(
        select(Demand)
        .where(Demand.id == demand_id)
        .options(joinedload(Demand.author), joinedload(Demand.answerer))
    )
    if demand is None:
        raise NotFoundError
    return demand


def slice_of_demands(
    session: Session, _identity: Identity, cursor: str | None, *, is_answered: bool
) -> Slice[Row[Demand]]:
    """Return the demands that wait for an answer, the first due first; or those answered, the last due first."""
    statement = select(Demand).where(Demand.outcome.is_not(None) if is_answered else Demand.outcome.is_(None))  # fmt: skip
    key: Key = [Demand.due_on, Demand.id]
    if is_answered:
        key = [Demand.due_on.desc(), Demand.id.desc()]
    return slice_of(session, statement, key=key, cursor=cursor)


def count_late(session: Session, _identity: Identity) -> int:
    """Return how many wait beyond the day their answer was due."""
    late = (Demand.outcome.is_(None), Demand.due_on < today())
    return session.scalar(select(func.count()).select_from(Demand).where(*late)) or 0


def departments_of(session: Session, identity: Identity, siren: str) -> list[str] | None:
    """Return where a firm works, read as the system: an administrator reads no firm; `None` when there is no such firm."""
    with reading_as_system(session, reason=WHY):
        company = find_company(session, identity, siren)
        return list(company.departments) if company else None
