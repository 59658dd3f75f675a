"""Stop what an e-mail told of, on behalf of whoever holds it: its agent may take each up again."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.messages.stops.links import ToStop
from app.messages.stops.providers import stoppables

#: who acts when an e-mail is held by whoever asks
SYSTEM = system_identity("Arrêt depuis un courriel")


def list_running(asked: ToStop) -> list[str]:
    """Return what of an e-mail still tells its agent, as that e-mail said it."""
    with unit_of_work(SYSTEM) as session:
        return [name for each in stoppables for name in each.list_running(session, asked)]


def stop(asked: ToStop) -> None:
    """Stop all of it; a second time changes nothing."""
    with unit_of_work(SYSTEM) as session:
        for each in stoppables:
            each.stop(session, asked)
