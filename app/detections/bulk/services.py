"""Prepare an act on many firms, do it in one unit of work, undo it for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import is_within, utcnow
from app.detections.bulk import queries
from app.detections.bulk.kinds import BulkKind, find_kind
from app.detections.bulk.models import BulkAct

#: firms of an act, and how long it can be undone
MOST, UNDONE_WITHIN = 500, timedelta(hours=1)
OUT_OF_REACH = "hors de votre zone"


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What an act would do: the firms concerned, and why the others are left out."""

    firms: Sequence[Company]
    left_out: Sequence[tuple[str, str]]


def prepare(
    session: Session, identity: Identity, *, kind: str, sirens: Sequence[str], list_id: int | None
) -> BulkAct:
    """Keep the firms chosen for an act, which is looked at before it is done. Raise `DomainError` without any, or too many."""
    if find_kind(kind) is None:
        raise DomainError("Choisissez ce que vous voulez faire de ces entreprises.")
    each = list(dict.fromkeys(sirens))
    if not each:
        raise DomainError("Cochez d’abord des entreprises de la liste.")
    if len(each) > MOST:
        raise DomainError(f"{MOST} entreprises au plus à la fois : resserrez les filtres.")
    act = BulkAct(agent_id=identity.agent_id, kind=kind, sirens=each, list_id=list_id)
    session.add(act)
    session.flush()
    _trace(session, identity, act, change="préparé", sirens=each)
    return act


def choose(session: Session, identity: Identity, act: BulkAct, choice: str) -> None:
    """Say what the act asks besides its firms; raise `DomainError` when it is none of its answers."""
    kind = kind_of(act)
    offered = dict(kind.choices(session, identity)) if kind.choices else {}
    if choice not in offered:
        raise DomainError("Choisissez une réponse de la liste.", field="choice")
    _require_to_do(act)
    act.choice = choice
    session.flush()
    _trace(session, identity, act, change="réglé", sirens=[])


def foresee(session: Session, identity: Identity, act: BulkAct) -> Foreseen:
    """Return what the act would do today."""
    kind, found = kind_of(act), queries.list_firms(session, identity, act.sirens)
    reasons = kind.leaves_out(session, identity, found, act.choice or "")
    reached = {firm.siren for firm in found}
    # Of a firm beyond one's reach, not even the name is said.
    beyond = [(siren, OUT_OF_REACH) for siren in act.sirens if siren not in reached]
    named = [(firm.name, reasons[firm.siren]) for firm in found if firm.siren in reasons]
    firms = [firm for firm in found if firm.siren not in reasons]
    return Foreseen(firms=firms, left_out=[*named, *beyond])


def do(session: Session, identity: Identity, act: BulkAct) -> int:
    """Do the act, once; return to how many firms something was done. Raise `DomainError` when there is nothing to do."""
    hold(session, act)
    _require_to_do(act)
    kind = kind_of(act)
    if not kind.writes:
        raise DomainError("Ce geste n’écrit rien : téléchargez le fichier.")
    if kind.choices is not None and act.choice is None:
        raise DomainError(kind.question)
    foreseen = foresee(session, identity, act)
    if not foreseen.firms:
        raise DomainError("Aucune de ces entreprises n’est concernée : rien n’est à faire.")
    taken = kind.do(session, identity, foreseen.firms, act.choice or "")
    act.done_at, act.done_sirens, act.undo = utcnow(), sorted(taken), dict(taken)
    session.flush()
    _trace(session, identity, act, change="fait", sirens=act.done_sirens)
    return len(taken)


def undo(session: Session, identity: Identity, act: BulkAct) -> int:
    """Undo the act, once and for a time; return for how many firms it could be."""
    hold(session, act)
    if not may_undo(act):
        raise DomainError("Ce lot ne peut plus être annulé.")
    given_back = kind_of(act).undo(session, identity, act.undo)
    act.undone_at = utcnow()
    session.flush()
    _trace(session, identity, act, change="annulé", sirens=given_back)
    return len(given_back)


def may_undo(act: BulkAct) -> bool:
    """Whether the act was done lately enough to be undone, and was not."""
    return (
        act.done_at is not None and act.undone_at is None and is_within(act.done_at, UNDONE_WITHIN)
    )


def kind_of(act: BulkAct) -> BulkKind:
    """Return what the act is."""
    kind = find_kind(act.kind)
    if kind is None:
        raise DomainError("Ce geste n’existe plus.")
    return kind


def _require_to_do(act: BulkAct) -> None:
    if act.done_at is not None:
        raise DomainError("Ce lot est déjà fait.")


def _trace(
    session: Session, identity: Identity, act: BulkAct, *, change: str, sirens: Sequence[str]
) -> None:
    journal.record(
        session, identity, journal.Event.BULK_ACT, bulk=act.id, act=act.kind, choice=act.choice,
        change=change, count=len(sirens), sirens=sirens,
    )  # fmt: skip
