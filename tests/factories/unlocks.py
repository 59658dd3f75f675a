"""Unlocks of the world."""

from app.companies.models import Company
from app.unlocks import services
from app.unlocks.models import UnlockSource
from tests.factories.network import working_as

MOTIVE = "Le dirigeant a demandé un rendez-vous"


def unlock(agent_id: int, siren: str, motive: str = MOTIVE) -> int:
    """An agent unlocks a firm; the number of the unlock."""
    with working_as(agent_id) as (session, who):
        company = session.get_one(Company, siren)
        return services.open_unlock(session, who, company, because(motive)).id


def because(motive: str | None = MOTIVE) -> services.Motive:
    """A motive, from inside."""
    return services.Motive(source=UnlockSource.INTERNE, text=motive)
