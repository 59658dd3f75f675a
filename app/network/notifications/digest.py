"""The e-mail of what came since the last one: at each agent's pace, never empty, naming no firm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Agent, MailPace
from app.core.access.identity import Identity
from app.core.front.addresses import address_of
from app.core.now import PARIS, utcnow
from app.core.text.french import counted_fr
from app.habilitations.queries import identities_of
from app.messages.letters import Letter, Link, Part
from app.messages.models import Announcement, Email
from app.messages.outbox import post
from app.messages.stops.links import Regular, ToStop, address_to_stop
from app.network import presenters
from app.network.models import Notification
from app.network.notifications import queries
from app.network.notifications.named import AT_ONCE_KEYS
from app.network.notifications.queries import Told

#: the hours at which digests are written, in Paris, and whose they are
MORNING, AFTERNOON = 8, 14
PACES = {
    MORNING: (MailPace.MORNING, MailPace.TWICE, MailPace.WEEKLY),
    AFTERNOON: (MailPace.TWICE,),
}
#: what is told line by line; the rest is counted
TOLD = 7
#: e-mails a day to one agent besides those that tell at once: a digest gives way to whatever else was written
MOST_A_DAY = 2


@dataclass(frozen=True, kw_only=True)
class DigestReader:
    """Whose digest it is: up to which moment it tells, and the key that makes it the only one of its time."""

    identity: Identity
    agent_id: int
    until: datetime
    key: str


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A digest, and the rows that it tells of."""

    notifications: Sequence[int]
    announcements: Sequence[int]
    letter: Letter

    @property
    def rows(self) -> Sequence[tuple[Told, Sequence[int]]]:
        """The same by table."""
        return ((Notification, self.notifications), (Announcement, self.announcements))


def list_readers(session: Session, *, day: date, hour: int) -> list[DigestReader]:
    """Return the active, habilitated agents whose digest it is time for, and who have something that no e-mail told yet."""
    agents = session.scalars(
        select(Agent)
        .where(
            Agent.active,
            Agent.mail_pace.in_(PACES[hour]),
            Agent.id.in_(queries.agents_to_tell()),
        )
        .order_by(Agent.id)
    ).all()
    return [
        _reader(who, agent, day=day, hour=hour)
        for who, agent in zip(identities_of(session, agents), agents, strict=True)
        if who.is_habilitated
    ]


def compose(session: Session, reader: DigestReader) -> Composed | None:
    """Return what to tell, read on the agent's behalf; `None` when there is nothing."""
    events = queries.list_not_emailed(session, reader.identity, until=reader.until)
    announced = queries.list_announced(session, reader.identity, until=reader.until)
    if not events and not announced:
        return None
    return Composed(
        notifications=[each.id for each in events],
        announcements=[each.id for each in announced],
        letter=_letter(reader.agent_id, events, announced),
    )


def write(session: Session, reader: DigestReader, composed: Composed) -> bool:
    """Post the e-mail with what says that it tells; return False if it was posted, or part of it told otherwise, or if the day is full.

    ``session`` must act for the system. What is not told now waits for the next digest.
    """
    if _is_full(session, reader.agent_id) or not _hold(session, composed):
        return False
    email_id = post(session, agent_id=reader.agent_id, key=reader.key, letter=composed.letter)
    if email_id is None:
        return False
    for table, numbers in composed.rows:
        session.execute(update(table).where(table.id.in_(numbers)).values(email_id=email_id))
    return True


def settle(session: Session, email: Email) -> None:
    """Say that what an e-mail tells was e-mailed once the server took it; given up, leave it to the next digest."""
    taken = {"emailed_at": email.sent_at}
    values = taken if email.sent_at is not None else {"email_id": None}
    for table in (Notification, Announcement):
        session.execute(update(table).where(table.email_id == email.id).values(values))


def _reader(who: Identity, agent: Agent, *, day: date, hour: int) -> DigestReader:
    """A digest of the week that the worker missed is written the next morning: it tells what had come by Monday."""
    key, until = f"digest:{agent.id}:{day.isoformat()}", utcnow()
    if agent.mail_pace is MailPace.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        key = f"digest:{agent.id}:week:{monday.isoformat()}"
        until = min(until, datetime.combine(monday, time(MORNING), PARIS))
    elif hour != MORNING:
        key = f"{key}:{hour}"
    return DigestReader(identity=who, agent_id=agent.id, until=until, key=key)


def _is_full(session: Session, agent_id: int) -> bool:
    midnight = utcnow().astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    at_once = [Email.dedup_key.startswith(key) for key in AT_ONCE_KEYS]
    today = (Email.agent_id == agent_id, Email.created_at >= midnight)
    others = select(func.count()).select_from(Email).where(*today, *(~each for each in at_once))
    return (session.scalar(others) or 0) >= MOST_A_DAY


def _hold(session: Session, composed: Composed) -> bool:
    """Hold the rows that a digest tells of; return whether no other e-mail tells any of them since."""
    for table, numbers in composed.rows:
        free = select(table.id).where(table.id.in_(numbers), *queries.is_uncounted(table))
        held = session.scalars(free.order_by(table.id).with_for_update()).all()
        if len(held) < len(numbers):
            return False
    return True


def _letter(
    agent_id: int, events: Sequence[Notification], announced: Sequence[Announcement]
) -> Letter:
    count = len(events) + len(announced)
    news = f"{counted_fr(count, 'nouveauté')} dans ce que vous suivez"
    followed = [_followed(agent_id, told) for told in announced[:TOLD]]
    lines = [presenters.line(each.event, {}) for each in events[: TOLD - len(followed)]]
    told = [f"{line.title} ({line.when})" for line in lines]
    if others := count - len(told) - len(followed):
        told.append(f"et {others} autre{'s' if others > 1 else ''}")
    return Letter(
        subject=news,
        parts=[Part(text=f"{news} :", lines=told), *followed],
        action=Link(label="À lire dans Vigie", url=address_of("notifications.index")),
        closing="Par confidentialité, ce message ne nomme aucune entreprise.",
        opt_out=Link(label="Choisir mes courriels", url=address_of("notifications.settings")),
        one_click_url=address_to_stop(ToStop(agent_id=agent_id, regular=[Regular.DIGEST])),
    )


def _followed(agent_id: int, told: Announcement) -> Part:
    """A view or a territory: it is stopped alone, too."""
    stop = None
    if told.subscription_id is not None:
        asked = ToStop(agent_id=agent_id, numbers=[told.subscription_id])
        stop = Link(label="Arrêter cet abonnement", url=address_to_stop(asked))
    return Part(text=told.mail_text or "", link=stop)
