"""Order the items of an agenda, prepare them, say what was decided and who does what."""

from datetime import date

from sqlalchemy.orm import Session

from app.cases.queries import list_open_of
from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.text.bounds import bounded
from app.deadlines import services as deadlines
from app.deadlines.models import Deadline
from app.deadlines.services import PlannedDeadline
from app.sittings import queries
from app.sittings.models import ItemOutcome, SittingItem, SittingTask
from app.sittings.services import require_open

#: how an act names what it did, for the journal
MOVED, TAKEN_OFF, PREPARED, DECIDED, GIVEN = (
    "déplacée", "retirée", "préparée", "décision notée", "tâche confiée",
)  # fmt: skip


class RewrittenError(DomainError):
    """Somebody wrote an item since its page was opened."""


def move(session: Session, identity: Identity, item: SittingItem, *, is_up: bool) -> bool:
    """Have an item change places with the one above or below; return whether there was one."""
    require_open(session, identity, item.sitting)
    session.refresh(item, ["place"])
    other = queries.find_neighbour(session, item, is_above=is_up)
    if other is None:
        return False
    item.place, other.place = other.place, item.place
    session.flush()
    _trace(session, identity, item, change=MOVED)
    return True


def take_off(session: Session, identity: Identity, item: SittingItem) -> None:
    """Take off the agenda an item of which nothing was written; one that was discussed is withdrawn in the minutes instead."""
    require_open(session, identity, item.sitting)
    hold(session, item)
    if item.outcome is not None or item.decision or queries.has_task(session, item):
        raise DomainError("Une suite y est déjà notée : dites « retirée » plutôt que de l’ôter.")
    _trace(session, identity, item, change=TAKEN_OFF)
    session.delete(item)
    session.flush()


def prepare(
    session: Session, identity: Identity, item: SittingItem, *, speaker_id: int | None, note: str, version: int
) -> None:  # fmt: skip
    """Say who presents an item, and what is to be discussed."""
    _write(session, identity, item, version=version, change=PREPARED)
    item.speaker_id, item.note = speaker_id, bounded(note, field="note")
    session.flush()


def decide(
    session: Session, identity: Identity, item: SittingItem, *, outcome: ItemOutcome, decision: str, version: int
) -> None:  # fmt: skip
    """Say what became of an item, and what was decided. Raise `DomainError` when somebody else has just written it."""
    _write(session, identity, item, version=version, change=DECIDED)
    item.outcome, item.decision = outcome, bounded(decision, field="decision")
    session.flush()


def give_task(
    session: Session, identity: Identity, item: SittingItem, *, what: str | None, due_on: date | None, assignee_id: int | None
) -> Deadline:  # fmt: skip
    """Give somebody something to do of the firm: an échéance read by whoever reads the sitting, in its accompagnement if it has one."""
    require_open(session, identity, item.sitting)
    plan = PlannedDeadline(
        what=what, due_on=due_on, network_id=item.sitting.network_id, assignee_id=assignee_id
    )
    opened = list_open_of(session, [item.siren])
    case = next((each for each in opened if each.is_contributor(identity.agent_id)), None)
    if case is not None:
        deadline = deadlines.plan_on_case(session, identity, case, plan)
    else:
        company = session.get_one(Company, item.siren)
        deadline = deadlines.plan_on_firm(session, identity, company, plan)
    session.add(SittingTask(item_id=item.id, deadline_id=deadline.id))
    session.flush()
    _trace(session, identity, item, change=GIVEN)
    return deadline


def _write(
    session: Session, identity: Identity, item: SittingItem, *, version: int, change: str
) -> None:
    require_open(session, identity, item.sitting)
    hold(session, item)
    if item.version != version:
        raise RewrittenError(
            "Quelqu’un vient d’écrire ici ; ce qui y est maintenant est affiché plus haut. Envoyez de nouveau pour garder votre texte."
        )
    item.version += 1
    _trace(session, identity, item, change=change)


def _trace(session: Session, identity: Identity, item: SittingItem, *, change: str) -> None:
    """Of what is said of a firm, the journal keeps nothing."""
    event = journal.Event.SITTING_CHANGED
    journal.record(
        session, identity, event, siren=item.siren, sitting=item.sitting_id, change=change
    )
