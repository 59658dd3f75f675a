"""Call a sitting, put firms on its agenda, settle its minutes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity, Nature
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.french import counted_fr
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.sittings import policies, queries
from app.sittings.models import ItemOutcome, Sitting, SittingItem
from app.watching.lists.queries import find_firms

#: firms of an agenda: nobody examines more in a day
MOST = 100
#: the subject kind of an item in events
SUBJECT = "sitting_item"
SETTLED = "Le compte rendu de cette séance est arrêté : rien n’y change plus."


@dataclass(frozen=True, kw_only=True)
class SittingRequest:
    """A sitting as it is asked for."""

    label: str
    held_on: date
    place: str = ""
    network_id: int | None
    departments: Sequence[str]
    #: what it takes to know the firms that its agenda begins with
    nature: Nature | None = None


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What became of the firms that somebody puts on an agenda: those added, the numbers of the others."""

    added: Sequence[str]
    known: Sequence[str] = ()
    out_of_reach: Sequence[str] = ()
    unknown: Sequence[str] = ()


def call(session: Session, identity: Identity, asked: SittingRequest) -> Sitting:
    """Call a sitting. Raise `DomainError` on what may not be asked by this agent."""
    if asked.network_id not in identity.network_ids:
        raise DomainError("Choisissez un de vos réseaux.", field="network_id")
    if not asked.departments or not set(asked.departments) <= set(identity.departments):
        raise DomainError("Choisissez un territoire de votre zone.", field="department")
    sitting = Sitting(
        label=asked.label, held_on=asked.held_on, place=asked.place, network_id=asked.network_id,
        departments=list(asked.departments), author_id=identity.agent_id, nature=asked.nature,
    )  # fmt: skip
    session.add(sitting)
    session.flush()
    _trace(session, identity, sitting, change="convoquée")
    return sitting


def change(
    session: Session, identity: Identity, sitting: Sitting, *, label: str, held_on: date, place: str
) -> None:
    """Change the name, the day or the place of a sitting."""
    require_open(session, identity, sitting)
    said = {"label": label, "held_on": held_on, "place": place}
    changed = journal.changes({name: getattr(sitting, name) for name in said}, said)
    if not changed:
        return
    for name, value in said.items():
        setattr(sitting, name, value)
    session.flush()
    _trace(session, identity, sitting, change="modifiée")


def enter(
    session: Session, identity: Identity, sitting: Sitting, sirens: Collection[str]
) -> Entered:
    """Put firms at the end of the agenda, in order; raise `DomainError` beyond `MOST`."""
    require_open(session, identity, sitting)
    firms = {firm.siren: firm for firm in find_firms(session, identity, sirens)}
    known = queries.already_on(session, identity, sitting, sirens)
    reached = set(sitting.departments) & set(identity.departments)
    mine = {siren for siren, firm in firms.items() if reached & set(firm.departments)} - known
    added = [siren for siren in sirens if siren in mine]
    last = queries.last_place(session, sitting)
    if last + len(added) > MOST:
        raise DomainError(
            f"{MOST} entreprises au plus à l’ordre du jour : cette séance en aurait {last + len(added)}.",
            field="sirens",
        )
    session.add_all(
        SittingItem(
            sitting_id=sitting.id, siren=siren, departments=firms[siren].departments, place=place, added_by=identity.agent_id,
        )
        for place, siren in enumerate(added, last + 1)
    )  # fmt: skip
    session.flush()
    if added:
        _trace(session, identity, sitting, change="entreprises inscrites", sirens=added)
    return Entered(
        added=added,
        known=[siren for siren in sirens if siren in known],
        out_of_reach=[siren for siren in sirens if siren in firms and siren not in mine | known],
        unknown=[siren for siren in sirens if siren not in firms],
    )


def settle_minutes(session: Session, identity: Identity, sitting: Sitting) -> None:
    """Settle the minutes: the readers of each firm are told that it was examined. Raise `DomainError` while an item waits."""
    require_open(session, identity, sitting)
    items = queries.list_items(session, identity, sitting)
    waiting = [item for item in items if item.outcome is None]
    if not items:
        raise DomainError("L’ordre du jour est vide : inscrivez une entreprise d’abord.")
    if waiting:
        raise DomainError(
            f"{counted_fr(len(waiting), 'entreprise')} sans suite : dites ce qu’il en est, « reportée » ou « retirée » comprises."
        )
    sitting.closed_at = utcnow()
    session.flush()
    _trace(session, identity, sitting, change="compte rendu arrêté")
    for item in items:
        if item.outcome is ItemOutcome.EXAMINED:
            _tell(session, identity, sitting, item)


def require_open(session: Session, identity: Identity, sitting: Sitting) -> None:
    """Lock a sitting, so that whoever writes in it does one after the other; raise `DomainError` once its minutes are settled."""
    hold(session, sitting)
    if not policies.sits(identity, sitting):
        raise DomainError(SETTLED)


def _trace(
    session: Session,
    identity: Identity,
    sitting: Sitting,
    *,
    change: str,
    sirens: Sequence[str] = (),
) -> None:
    named = {"count": len(sirens), "sirens": list(sirens)} if sirens else {}
    event = journal.Event.SITTING_CHANGED
    journal.record(session, identity, event, sitting=sitting.id, change=change, **named)  # type: ignore[arg-type]


def _tell(session: Session, identity: Identity, sitting: Sitting, item: SittingItem) -> None:
    event = DomainEvent(
        kind=EventKind.FIRM_EXAMINED,
        siren=item.siren,
        departments=item.departments,
        subject_kind=SUBJECT,
        subject_id=item.id,
        occurred_on=sitting.held_on,
        network_id=sitting.network_id,
        nature=sitting.nature,
    )
    events.emit(session, identity, event)
