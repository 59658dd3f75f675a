"""Sittings of the world."""

from collections.abc import Sequence

from app.core.now import today
from app.sittings import services
from app.sittings.models import Sitting, SittingItem, SittingTask
from app.sittings.queries import get_sitting
from app.sittings.services import Entered, SittingRequest
from tests.factories.network import network_id, system, working_as


def call(agent_id: int, *, to: str = "codefi", department: str = "21") -> int:
    """A sitting that somebody calls today; its number."""
    asked = SittingRequest(
        label="CODEFI de novembre", held_on=today(), place="Préfecture", network_id=network_id(to), departments=[department],
    )  # fmt: skip
    with working_as(agent_id) as (session, who):
        return services.call(session, who, asked).id


def enter(agent_id: int, sitting_id: int, sirens: Sequence[str]) -> Entered:
    """Firms that somebody puts on an agenda; what became of each."""
    with working_as(agent_id) as (session, who):
        return services.enter(session, who, get_sitting(session, who, sitting_id), sirens)


def item_of(sitting_id: int, siren: str) -> int:
    """The number of a firm on an agenda."""
    with system() as session:
        rows = session.query(SittingItem).filter_by(sitting_id=sitting_id, siren=siren)
        return rows.one().id


def plant_sitting(
    agent_id: int, siren: str, department: str, *, note: str, deadline_id: int
) -> dict[str, int]:
    """A sitting of CODEFI with one firm, of which something is noted and an échéance was given, by number of each."""
    audience = network_id("codefi")
    with system() as session:
        sitting = Sitting(
            label="CODEFI de novembre", held_on=today(), network_id=audience, departments=[department], author_id=agent_id,
        )  # fmt: skip
        session.add(sitting)
        session.flush()
        item = SittingItem(
            sitting_id=sitting.id, siren=siren, departments=[department], place=1, note=note, added_by=agent_id,
        )  # fmt: skip
        session.add(item)
        session.flush()
        session.add(SittingTask(item_id=item.id, deadline_id=deadline_id))
        return {"sitting_id": sitting.id, "sitting_item_id": item.id}
