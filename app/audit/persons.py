"""The journal, for a person who exercises their rights: what they did, counted, and their name where somebody searched it."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.journal import Event, JournalEntry
from app.core.now import day_of
from app.core.persons import index
from app.core.persons.places import HeldObject, PersonPlace
from app.core.persons.sought import Sought
from app.core.text.french import date_fr, number_fr

WHOM = "un contrôleur"
RETAINED = "Le journal ne se réécrit pas : preuve de qui a lu quoi, gardée douze mois (RGPD, articles 17, § 3, b et 32)."
LABELS = {event.value: event.label for event in Event}


def find_actors(session: Session, request_id: int, sought: Sought) -> Sequence[int]:
    """Return the agents who may be the person: the journal names whoever acts by their account."""
    return index.ids(session, request_id, "agent", sought)


def read_actors(session: Session, numbers: Sequence[int]) -> Sequence[HeldObject]:
    """Return what each agent did, counted by kind, with the first and the last day: on which firms is not theirs to be told."""
    name = func.max(JournalEntry.actor_name)
    when = func.min(JournalEntry.recorded_at), func.max(JournalEntry.recorded_at)
    counted = (
        select(JournalEntry.actor_id, JournalEntry.event, func.count(), name, *when)
        .where(JournalEntry.actor_id.in_(numbers))
        .group_by(JournalEntry.actor_id, JournalEntry.event)
        .order_by(JournalEntry.actor_id.desc(), JournalEntry.event)
    )
    told: dict[int, dict[str, str]] = {}
    for actor_id, event, count, actor, first, last in session.execute(counted):
        days = f"du {date_fr(day_of(first))} au {date_fr(day_of(last))}"
        lines = told.setdefault(int(actor_id or 0), {"Nom": actor})
        lines[LABELS.get(event, event)] = f"{number_fr(count)}, {days}"
    return [HeldObject(object_id=number, title="Ce que le compte a fait", own=own) for number, own in told.items()]  # fmt: skip


def read_searches(session: Session, numbers: Sequence[int]) -> Sequence[HeldObject]:
    """Return what was typed in the search box."""
    found = select(JournalEntry).where(JournalEntry.id.in_(numbers)).order_by(JournalEntry.id.desc())  # fmt: skip
    return [
        HeldObject(
            object_id=line.id, title="Recherche d’un agent", day=day_of(line.recorded_at), texts=[str(line.details.get("query", ""))]
        )
        for line in session.scalars(found)
    ]  # fmt: skip


PLACES = (
    PersonPlace(
        kind="journal", label="Journal : ce que le compte a fait", read=read_actors, find=find_actors, whom=WHOM, retained=RETAINED,
    ),
    PersonPlace(kind="search", label="Journal : recherches", read=read_searches, whom=WHOM, retained=RETAINED),
)  # fmt: skip
