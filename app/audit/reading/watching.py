"""Unusual readings: more confidential firms in a day than the work requires. Reported to controllers; nobody is blocked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.queries import holders_of
from app.audit.reading.queries import midnight
from app.core import journal
from app.core.access.identity import Identity, Role
from app.core.front.addresses import address_of
from app.core.journal import Event, JournalEntry
from app.core.now import utcnow
from app.core.text.french import date_fr
from app.messages.letters import Letter, Link, Part
from app.messages.outbox import post

#: how long an alert stays at the top of the journal
SHOWN = timedelta(days=7)
SUBJECT = "Consultation inhabituelle de données confidentielles"


@dataclass(frozen=True, kw_only=True)
class HeavyReader:
    """An agent above the threshold on a given day."""

    agent_id: int
    name: str
    firms: int


def list_heavy_readers(session: Session, *, day: date, above: int) -> list[HeavyReader]:
    """Return the agents who opened the confidential data of more than ``above`` distinct firms on a day, Paris time."""
    line = JournalEntry
    firms = func.count(line.siren.distinct())
    statement = (
        select(line.actor_id, func.max(line.actor_name), firms)
        .where(
            line.event == Event.COMPANY_READ.value,
            line.recorded_at >= midnight(day),
            journal.written_at().between(midnight(day), midnight(day + timedelta(days=1))),
            line.details["confidential"].astext == "true",
            line.actor_id.is_not(None),
        )
        .group_by(line.actor_id)
        .having(firms > above)
        .order_by(line.actor_id)
    )
    return [
        HeavyReader(agent_id=agent_id, name=name, firms=count)
        for agent_id, name, count in session.execute(statement)
        if agent_id is not None
    ]


def alert(session: Session, identity: Identity, *, day: date, above: int) -> None:
    """Journal each heavy reader of a day, once, and write to every controller. ``session`` must act for the system."""
    notified = _notified(session, day)
    controllers = select(Agent.id).where(Agent.active, Agent.id.in_(holders_of(Role.CONTROLEUR)))
    recipients = session.scalars(controllers.order_by(Agent.id)).all()
    for reader in list_heavy_readers(session, day=day, above=above):
        if reader.agent_id in notified:
            continue
        journal.record(
            session, identity, Event.MASS_READING,
            agent=reader.agent_id, name=reader.name, day=day, firms=reader.firms, threshold=above,
        )  # fmt: skip
        letter = _letter(reader, day=day, above=above)
        for agent_id in recipients:
            key = f"reading:{agent_id}:{reader.agent_id}:{day.isoformat()}"
            post(session, agent_id=agent_id, key=key, letter=letter)


def list_recent(session: Session) -> Sequence[Row[JournalEntry]]:
    """Return the alerts of the last days, latest first."""
    statement = select(JournalEntry).where(
        JournalEntry.event == Event.MASS_READING.value, JournalEntry.recorded_at > utcnow() - SHOWN
    )
    return session.execute(statement.order_by(JournalEntry.id.desc())).all()


def _notified(session: Session, day: date) -> set[int]:
    agent = JournalEntry.details["agent"].as_integer()
    statement = select(agent).where(
        JournalEntry.event == Event.MASS_READING.value,
        JournalEntry.details["day"].astext == day.isoformat(),
    )
    return set(session.scalars(statement))


def _letter(reader: HeavyReader, *, day: date, above: int) -> Letter:
    """The alert, which names neither a firm nor a person: others may read the mailbox."""
    return Letter(
        subject=SUBJECT,
        parts=[
            Part(
                text=f"Le {date_fr(day)}, un agent a ouvert les données confidentielles de {reader.firms} entreprises, "
                f"plus que le seuil de {above} par jour. Personne n’a été bloqué : à vous d’apprécier."
            )
        ],
        action=Link(
            label="Ses consultations, dans Vigie",
            url=address_of("audit.index", agent=reader.agent_id, du=day, au=day),
        ),
        closing="Par confidentialité, ce message ne nomme ni l’agent ni les entreprises.",
    )
