"""What the journal says."""

from sqlalchemy import select

from app.core.access.identity import Identity, Role
from app.core.database.unit_of_work import apart
from app.core.journal import Event, JournalEntry


def journaled(*events: Event) -> list[JournalEntry]:
    """The lines of these events, the oldest first, as a controller reads them."""
    controller = Identity(agent_id=None, name="Contrôle", roles=frozenset({Role.CONTROLEUR}))
    with apart(controller) as session:
        lines = select(JournalEntry).where(JournalEntry.event.in_([kind.value for kind in events]))
        return list(session.scalars(lines.order_by(JournalEntry.id)))
