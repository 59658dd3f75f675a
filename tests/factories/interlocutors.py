"""People of the firms of the world."""

from app.companies.models import Company
from app.core.now import today
from app.interlocutors.models import Interlocutor, InterlocutorSource
from tests.factories.network import system


def plant_interlocutor(agent_id: int, siren: str, *, name: str, **said: str) -> int:
    """Somebody of a firm whom an agent wrote; their number."""
    with system() as session:
        person = Interlocutor(
            siren=siren,
            departments=session.get_one(Company, siren).departments,
            name=name,
            source=InterlocutorSource.FIRM,
            given_on=today(),
            author_id=agent_id,
            **said,
        )
        session.add(person)
        session.flush()
        return person.id
