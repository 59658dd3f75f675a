"""Read what an agent has the list show."""

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.detections.lists.display.columns import Display, ListColumn
from app.detections.lists.display.models import ListDisplay


def find_display(session: Session, identity: Identity) -> Display:
    """Return what the agent chose, or what is shown to whoever chose nothing."""
    chosen = session.get(ListDisplay, identity.agent_id)
    if chosen is None:
        return Display()
    columns = tuple(column for column in ListColumn if column.value in chosen.columns)
    return Display(columns=columns, density=chosen.density)
