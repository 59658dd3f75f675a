"""Who looked at a firm, counted by administration; their names for a controller alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Administration, Agent
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Role
from app.core.journal import Event, JournalEntry

WHY = "Relevé de traitement d’une entreprise"


@dataclass(frozen=True, kw_only=True)
class Lookers:
    """The readings of a firm by an administration: how many, by how many agents, from when to when; who, if the reader may know."""

    administration: str
    readings: int
    agents: int
    first_at: datetime
    last_at: datetime
    names: tuple[str, ...]


def list_lookers(session: Session, identity: Identity, siren: str) -> Sequence[Lookers]:
    """Return who opened the pages of a firm, as far as the journal is kept, by administration.

    Read with the system's rights: whoever asks reads no line of the journal, only these counts.
    """
    line, reads_names = JournalEntry, identity.has_role(Role.CONTROLEUR)
    counted = (
        select(
            Agent.administration, func.count(), func.count(line.actor_id.distinct()),
            func.min(line.recorded_at), func.max(line.recorded_at), func.array_agg(line.actor_name.distinct()),
        )
        .join(Agent, Agent.id == line.actor_id)
        .where(line.siren == siren, line.event == Event.COMPANY_READ.value)
        .group_by(Agent.administration)
    )  # fmt: skip
    with reading_as_system(session, reason=WHY):
        rows = session.execute(counted).all()
    lookers = [
        Lookers(
            administration=Administration(administration).label, readings=readings, agents=agents,
            first_at=first_at, last_at=last_at, names=tuple(sorted(names)) if reads_names else (),
        )
        for administration, readings, agents, first_at, last_at, names in rows
    ]  # fmt: skip
    return sorted(lookers, key=lambda each: each.administration)
