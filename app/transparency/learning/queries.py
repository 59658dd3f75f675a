"""Read who finished the lesson: oneself, or how many of one's administration."""

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.now import today
from app.habilitations.models import Habilitation
from app.transparency.learning.content import VERSION
from app.transparency.learning.models import LessonRecord

WHY = "Suivi de la formation par administration"


def find_record(session: Session, identity: Identity) -> LessonRecord | None:
    """Return what the agent did of the lesson as it is now."""
    return session.get(LessonRecord, (identity.agent_id, VERSION))


def finished_at(session: Session, identity: Identity) -> datetime | None:
    """Return when the agent finished it, if they did."""
    record = find_record(session, identity)
    return record.finished_at if record else None


def count_team(session: Session, identity: Identity) -> tuple[int, int]:
    """Return how many agents at work in the administration of whoever asks finished it, and how many there are.

    Read with the system's rights: who did is nobody's to read.
    """
    held = exists().where(
        Habilitation.agent_id == Agent.id, Habilitation.withdrawn_at.is_(None),
        Habilitation.starts_on <= today(), Habilitation.ends_on >= today(),
    )  # fmt: skip
    mine = select(Agent.administration).where(Agent.id == identity.agent_id).scalar_subquery()
    done = (LessonRecord.agent_id == Agent.id) & (LessonRecord.version == VERSION)
    counted = (
        select(func.count(LessonRecord.finished_at), func.count(Agent.id))
        .outerjoin(LessonRecord, done)
        .where(Agent.administration == mine, Agent.active, held)
    )
    with reading_as_system(session, reason=WHY):
        finished, all_of_them = session.execute(counted).one()
    return finished, all_of_them
