"""What a manager and an agent said of the draw."""

from app.detections.exploration.models import DrawOverride, ExplorationChoice, OverrideReason
from tests.factories.detections import entry_of
from tests.factories.network import system


def plant_draw(agent_id: int, manager_id: int, siren: str, department: str = "21") -> None:
    """A drawn firm that an agent leaves aside, and exploration paused by a manager, each with a secret."""
    entry_id = entry_of(siren)
    with system() as session:
        session.add(
            DrawOverride(
                entry_id=entry_id, agent_id=agent_id, siren=siren, departments=[department],
                reason=OverrideReason.OTHER_FIRST, comment="Confidence-de-tirage",
            )
        )  # fmt: skip
        session.add(
            ExplorationChoice(
                department=department,
                is_on=False,
                motive="Confidence-de-pause",
                agent_id=manager_id,
            )
        )
