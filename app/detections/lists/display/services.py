"""Keep what an agent has the list show. No line in the journal: it changes what they see of what they may see, and nothing else."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.detections.lists.display.columns import Display
from app.detections.lists.display.models import ListDisplay


def keep_display(session: Session, identity: Identity, display: Display) -> None:
    """Keep a choice in place of the former one."""
    chosen = {"columns": [column.value for column in display.columns], "density": display.density}
    session.execute(
        insert(ListDisplay)
        .values(agent_id=identity.agent_id, **chosen)
        .on_conflict_do_update(index_elements=[ListDisplay.agent_id], set_=chosen)
    )
