"""A backup that was made and the drill that restored it."""

from datetime import timedelta

from app.core.now import utcnow
from app.operations.models import Backup, BackupState, Drill, DrillState
from tests.factories.network import system

NAME = "vigie-20261130T003000Z"
PLACE = "/mnt/confidence-de-lieu"


def plant_drill(*, hours: int = 4) -> int:
    """Write a backup made some hours ago and its drill, passed; return the number of the drill."""
    moment = utcnow() - timedelta(hours=hours)
    trials = [
        {"name": "Lignes de chaque table", "passed": True, "told": "12 lignes", "seconds": 1.5}
    ]
    with system() as session:
        session.add(
            Backup(
                name=NAME, place=PLACE, state=BackupState.KEPT, started_at=moment, made_at=moment, seconds=2.5,
                size=1_000_000, rows=12, files=3,
            )
        )  # fmt: skip
        drill = Drill(
            state=DrillState.PASSED, asked_at=utcnow(), started_at=utcnow(), ended_at=utcnow(), backup_name=NAME,
            made_at=moment, seconds=42.0, trials=trials,
        )  # fmt: skip
        session.add(drill)
        session.flush()
        return drill.id
