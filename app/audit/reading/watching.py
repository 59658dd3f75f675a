"""Unusual readings: more confidential firms opened or listed in a day than the work requires. Told to controllers; nobody is blocked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, FromClause, Row, func, or_, select, true
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
from app.core.text.labelled import LabelledEnum
from app.messages.letters import Letter, Link, Part
from app.messages.outbox import post

#: how long an alert stays at the top of the journal
SHOWN = timedelta(days=7)
SUBJECT = "Consultation inhabituelle de données confidentielles"


class Mass(LabelledEnum):
    """A way of reading many firms in a day; the label follows « 12 entreprises »."""

    OPENED = "opened", "ouvertes une à une"
    LISTED = "listed", "montrées par des listes ou des exports"


@dataclass(frozen=True, kw_only=True)
class ReadingGauge:
    """What a way of reading counts, in which lines of the journal."""

    mass: Mass
    events: tuple[Event, ...]
    #: distinct firms of an agent's lines
    firms: ColumnElement[int]
    #: whether a line showed anything confidential
    confidential: ColumnElement[bool]
    #: the rows that a line stands for, where it names several firms
    named: FromClause | None = None


_SHOWN = (
    func.jsonb_array_elements_text(JournalEntry.details["sirens"])
    .table_valued("siren")
    .render_derived(name="shown")
)
#: firms whose page was opened, or one of whose people
OPENED = ReadingGauge(
    mass=Mass.OPENED,
    events=(Event.COMPANY_READ, Event.INTERLOCUTOR_READ),
    firms=func.count(JournalEntry.siren.distinct()),
    confidential=or_(
        JournalEntry.details["confidential"].astext == "true",
        JournalEntry.event == Event.INTERLOCUTOR_READ.value,
    ),
)
#: pages of firms
PAGES = (
    Event.CAMPAIGN_READ, Event.COMPANY_LIST_READ, Event.DETECTION_LIST_READ, Event.SITTING_READ,
)  # fmt: skip
#: files of firms
EXPORTS = (Event.CAMPAIGN_EXPORTED, Event.DETECTION_EXPORTED, Event.SITTING_EXPORTED)
#: firms shown by pages of lists, each once; those of a file are not named by its line, and count each time
LISTED = ReadingGauge(
    mass=Mass.LISTED,
    events=(*PAGES, *EXPORTS),
    firms=func.count(_SHOWN.c.siren.distinct())
    + func.coalesce(
        func.sum(JournalEntry.details["count"].as_integer()).filter(
            JournalEntry.event.in_([event.value for event in EXPORTS])
        ),
        0,
    ),
    confidential=func.jsonb_array_length(JournalEntry.details["natures"]) > 0,
    named=_SHOWN,
)


@dataclass(frozen=True, kw_only=True)
class HeavyReader:
    """An agent above the threshold of a measure on a given day."""

    agent_id: int
    name: str
    firms: int


def list_heavy_readers(
    session: Session, measure: ReadingGauge, *, day: date, above: int
) -> list[HeavyReader]:
    """Return the agents who read the confidential data of more than ``above`` firms on a day, Paris time."""
    line = JournalEntry
    statement = (
        select(line.actor_id, func.max(line.actor_name), measure.firms)
        .select_from(line)
        .where(
            line.event.in_([event.value for event in measure.events]),
            line.recorded_at >= midnight(day),
            journal.written_at().between(midnight(day), midnight(day + timedelta(days=1))),
            measure.confidential,
            line.actor_id.is_not(None),
        )
        .group_by(line.actor_id)
        .having(measure.firms > above)
        .order_by(line.actor_id)
    )
    if measure.named is not None:
        statement = statement.outerjoin(measure.named, true())
    return [
        HeavyReader(agent_id=agent_id, name=name, firms=count)
        for agent_id, name, count in session.execute(statement)
        if agent_id is not None
    ]


def alert(
    session: Session, identity: Identity, measure: ReadingGauge, *, day: date, above: int
) -> None:
    """Journal each heavy reader of a day, once for each measure, and write to every controller.

    ``session`` must act for the system.
    """
    notified = _notified(session, measure, day)
    controllers = select(Agent.id).where(Agent.active, Agent.id.in_(holders_of(Role.CONTROLEUR)))
    recipients = session.scalars(controllers.order_by(Agent.id)).all()
    for reader in list_heavy_readers(session, measure, day=day, above=above):
        if reader.agent_id in notified:
            continue
        journal.record(
            session, identity, Event.MASS_READING,
            agent=reader.agent_id, name=reader.name, day=day, firms=reader.firms, threshold=above,
            measure=measure.mass,
        )  # fmt: skip
        letter = _letter(reader, measure, day=day, above=above)
        for agent_id in recipients:
            key = f"reading:{measure.mass.value}:{agent_id}:{reader.agent_id}:{day.isoformat()}"
            post(session, agent_id=agent_id, key=key, letter=letter)


def list_recent(session: Session) -> Sequence[Row[JournalEntry]]:
    """Return the alerts of the last days, latest first."""
    statement = select(JournalEntry).where(
        JournalEntry.event == Event.MASS_READING.value, JournalEntry.recorded_at > utcnow() - SHOWN
    )
    return session.execute(statement.order_by(JournalEntry.id.desc())).all()


def _notified(session: Session, measure: ReadingGauge, day: date) -> set[int]:
    agent = JournalEntry.details["agent"].as_integer()
    statement = select(agent).where(
        JournalEntry.event == Event.MASS_READING.value,
        JournalEntry.details["day"].astext == day.isoformat(),
        JournalEntry.details["measure"].astext == measure.mass.value,
    )
    return set(session.scalars(statement))


def _letter(reader: HeavyReader, measure: ReadingGauge, *, day: date, above: int) -> Letter:
    """The alert, which names neither a firm nor a person: others may read the mailbox."""
    return Letter(
        subject=SUBJECT,
        parts=[
            Part(
                text=f"Le {date_fr(day)}, un agent a lu les données confidentielles de {reader.firms} entreprises "
                f"{measure.mass.label}, plus que le seuil de {above} par jour. Personne n’a été bloqué : à vous d’apprécier."
            )
        ],
        action=Link(
            label="Ses consultations, dans Vigie",
            url=address_of("audit.index", agent=reader.agent_id, du=day, au=day),
        ),
        closing="Par confidentialité, ce message ne nomme ni l’agent ni les entreprises.",
    )
