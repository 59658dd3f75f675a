"""Prepare an act on many firms, or accompagnements, do it in one unit of work, undo it for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import is_within, utcnow
from app.detections.bulk.kinds import BulkKind, find_kind
from app.detections.bulk.models import BulkAct
from app.detections.bulk.subjects import FIRMS, BulkSubject, subject_of

#: how many an act is done to, and how long it can be undone
MOST, UNDONE_WITHIN = 500, timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What an act would do: those concerned, and why the others are left out."""

    chosen: Sequence[Any]
    left_out: Sequence[tuple[str, str]]


def prepare(
    session: Session, identity: Identity, *, kind: str, keys: Sequence[str],
    list_id: int | None = None, subject: BulkSubject[Any] = FIRMS,
) -> BulkAct:  # fmt: skip
    """Keep those chosen for an act, which is looked at before it is done. Raise `DomainError` without any, or too many."""
    if find_kind(kind, subject.code) is None:
        raise DomainError(f"Choisissez ce que vous voulez faire {subject.of_these}.")
    each = list(dict.fromkeys(keys))
    if not each:
        raise DomainError(f"Cochez d’abord des {subject.one}s de la liste.")
    if len(each) > MOST:
        raise DomainError(f"{MOST} {subject.one}s au plus à la fois : resserrez les filtres.")
    act = BulkAct(
        agent_id=identity.agent_id, subject=subject.code, kind=kind, keys=each, list_id=list_id
    )
    session.add(act)
    session.flush()
    _trace(session, identity, act, each, change="préparé")
    return act


def choose(session: Session, identity: Identity, act: BulkAct, choice: str) -> None:
    """Say what the act asks besides; raise `DomainError` when it is none of its answers."""
    kind = kind_of(act)
    offered = dict(kind.choices(session, identity)) if kind.choices else {}
    if choice not in offered:
        raise DomainError("Choisissez une réponse de la liste.", field="choice")
    _require_to_do(act)
    act.choice = choice
    session.flush()
    _trace(session, identity, act, [], change="réglé")


def foresee(session: Session, identity: Identity, act: BulkAct) -> Foreseen:
    """Return what the act would do today."""
    kind, subject = kind_of(act), subject_of(act)
    found = {subject.key(each): each for each in subject.find(session, identity, act.keys)}
    reasons = kind.leaves_out(session, identity, list(found.values()), act.choice or "")
    # Of those beyond one's reach, not even the name is said.
    beyond = [(key, subject.out_of_reach) for key in act.keys if key not in found]
    left = [(subject.name(each), reasons[key]) for key, each in found.items() if key in reasons]
    chosen = [each for key, each in found.items() if key not in reasons]
    return Foreseen(chosen=chosen, left_out=[*left, *beyond])


def do(session: Session, identity: Identity, act: BulkAct) -> int:
    """Do the act, once; return to how many something was done. Raise `DomainError` when there is nothing to do."""
    hold(session, act)
    _require_to_do(act)
    kind = kind_of(act)
    if not kind.writes:
        raise DomainError("Ce geste n’écrit rien : téléchargez le fichier.")
    if kind.choices is not None and act.choice is None:
        raise DomainError(kind.question)
    foreseen = foresee(session, identity, act)
    if not foreseen.chosen:
        raise DomainError("Rien n’est à faire : tout ce que vous avez choisi est laissé de côté.")
    taken = kind.do(session, identity, foreseen.chosen, act.choice or "")
    act.done_at, act.done_keys, act.undo = utcnow(), sorted(taken), dict(taken)
    session.flush()
    _trace(session, identity, act, act.done_keys, change="fait")
    return len(taken)


def undo(session: Session, identity: Identity, act: BulkAct) -> int:
    """Undo the act, once and for a time; return for how many it could be."""
    hold(session, act)
    if not may_undo(act):
        raise DomainError("Ce lot ne peut plus être annulé.")
    given_back = kind_of(act).undo(session, identity, act.undo)
    act.undone_at = utcnow()
    session.flush()
    _trace(session, identity, act, given_back, change="annulé")
    return len(given_back)


def may_undo(act: BulkAct) -> bool:
    """Whether the act was done lately enough to be undone, and was not."""
    return (
        act.done_at is not None and act.undone_at is None and is_within(act.done_at, UNDONE_WITHIN)
    )


def kind_of(act: BulkAct) -> BulkKind[Any]:
    """Return what the act is."""
    kind = find_kind(act.kind, act.subject)
    if kind is None:
        raise DomainError("Ce geste n’existe plus.")
    return kind


def _require_to_do(act: BulkAct) -> None:
    if act.done_at is not None:
        raise DomainError("Ce lot est déjà fait.")


def _trace(
    session: Session, identity: Identity, act: BulkAct, keys: Sequence[str], *, change: str
) -> None:
    """Journal what became of the act, with the firms that it is about."""
    subject, sirens = subject_of(act), list(keys)
    if subject is not FIRMS:
        those = subject.find(session, identity, keys) if keys else ()
        sirens = sorted({subject.siren(each) for each in those})
    journal.record(
        session, identity, journal.Event.BULK_ACT, bulk=act.id, act=act.kind, choice=act.choice,
        change=change, count=len(keys), sirens=sirens,
    )  # fmt: skip
