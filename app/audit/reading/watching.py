"""Unusual readings: more confidential firms in a day than the work requires. Reported to controllers; nobody is blocked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import AccountRole, Agent, agent_role
from app.audit.reading.queries import midnight
from app.core import journal
from app.core.access.identity import Identity, Role
from app.core.front.addresses import address_of
from app.core.journal import Event, JournalEntry
from app.core.now import utcnow
from app.core.text.french import date_fr
from app.messages.models import Email

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
            line.recorded_at < midnight(day + timedelta(days=1)),
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


def alert(session: Session, identity: Identity, *, day: date, above: int) -> list[int]:
    """Journal each heavy reader of a day, once, and write to every controller; return the e-mails to send."""
    notified = _notified(session, day)
    emails: list[int] = []
    for reader in list_heavy_readers(session, day=day, above=above):
        if reader.agent_id in notified:
            continue
        journal.record(
            session, identity, Event.MASS_READING,
            agent=reader.agent_id, name=reader.name, day=day, firms=reader.firms, threshold=above,
        )  # fmt: skip
        emails += _write(session, reader, day=day, above=above)
    return emails


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


def _write(session: Session, reader: HeavyReader, *, day: date, above: int) -> list[int]:
    message = _message(reader, day=day, above=above)
    controllers = (
        select(Agent.id)
        .join(agent_role, agent_role.c.agent_id == Agent.id)
        .join(AccountRole, AccountRole.id == agent_role.c.role_id)
        .where(AccountRole.name == Role.CONTROLEUR.value, Agent.active)
    )
    written: list[int] = []
    for agent_id in session.scalars(controllers.order_by(Agent.id)):
        key = f"reading:{agent_id}:{reader.agent_id}:{day.isoformat()}"
        statement = insert(Email).values(
            agent_id=agent_id, dedup_key=key, created_at=utcnow(), **message
        )
        written += session.scalars(statement.on_conflict_do_nothing().returning(Email.id)).all()
    return written


def _message(reader: HeavyReader, *, day: date, above: int) -> dict[str, str]:
    """Return the alert message, which names neither a firm nor a person: others may read the mailbox."""
    context = {
        "firms": reader.firms,
        "threshold": above,
        "day": date_fr(day),
        "url": address_of("audit.index", agent=reader.agent_id, du=day, au=day),
    }
    # Not `render_template`: there is no request, and nothing of a page's context.
    templates = current_app.jinja_env
    return {
        "subject": SUBJECT,
        "body_text": templates.get_template("mail/reading_alert.txt").render(context),
        "body_html": templates.get_template("mail/reading_alert.html").render(context),
    }
