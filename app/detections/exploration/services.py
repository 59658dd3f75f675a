"""Pause exploration where a manager says so, and keep why agents do otherwise than the draw."""

from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.bounds import normalised, require_motive
from app.detections.exploration import queries
from app.detections.exploration.models import (
    COMMENT_LIMIT,
    MOTIVE_LIMIT,
    DrawOverride,
    ExplorationChoice,
    OverrideReason,
)
from app.detections.lists import queries as lists
from app.detections.models import DetectionEntry
from app.habilitations.models import Department


@dataclass(frozen=True, kw_only=True)
class LeftAside:
    """Why a drawn firm is not visited, or not first."""

    reason: OverrideReason
    comment: str = ""


def decide(
    session: Session, identity: Identity, place: Department, *, is_on: bool, motive: str
) -> ExplorationChoice:
    """Have the next lists of a département drawn with exploration or without; those that are published stay as they are.

    Raise `DomainError` when nothing would change, or for a motive that tells nothing.
    """
    former = queries.find_choice(session, place.code)
    if is_on == (former is None or former.is_on):
        state = "déjà en cours" if is_on else "déjà arrêté"
        raise DomainError(f"Le tirage au sort est {state} dans ce département : rien à changer.")
    too_short = "Dites en quelques mots pourquoi : vos collègues le liront."
    said = require_motive(motive, field="motive", limit=MOTIVE_LIMIT, too_short=too_short)
    choice = ExplorationChoice(
        department=place.code,
        is_on=is_on,
        motive=said,
        agent_id=identity.agent_id,
        decided_at=utcnow(),
    )
    session.add(choice)
    session.flush()
    # The motive stays with the choice: no text of an agent enters the journal.
    journal.record(
        session,
        identity,
        journal.Event.EXPLORATION_DECIDED,
        department=place.code,
        exploration=is_on,
    )
    return choice


def override(session: Session, identity: Identity, entry: DetectionEntry, said: LeftAside) -> None:
    """Keep why the agent does otherwise than the draw; a second reason replaces the first. `p_select` does not change.

    Raise `DomainError` for a firm that was not drawn, for a past list, or for another reason that is not told.
    """
    current = lists.find_current_list(session)
    if current is None or entry.list_id != current.id:
        raise DomainError("Cette liste est remplacée : le tirage au sort en vigueur est un autre.")
    if not entry.is_drawn:
        raise DomainError("Cette entreprise n’est pas tirée au sort : vous la visitez ou non, sans rien à dire ici.")  # fmt: skip
    comment = normalised(said.comment)
    if said.reason is OverrideReason.OTHER and not comment:
        raise DomainError("Dites laquelle, en quelques mots.", field="comment")
    if len(comment) > COMMENT_LIMIT:
        raise DomainError(
            f"Raccourcissez ce texte : {COMMENT_LIMIT} caractères au plus.", field="comment"
        )
    key = {"entry_id": entry.id, "agent_id": identity.agent_id}
    of_firm = {"siren": entry.siren, "departments": entry.departments}
    values = {
        "reason": said.reason,
        "comment": comment,
        "recorded_at": utcnow(),
        "withdrawn_at": None,
    }
    statement = insert(DrawOverride).values(**key, **of_firm, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
    session.expire_all()
    _trace(session, identity, entry, why=said.reason)


def withdraw(session: Session, identity: Identity, entry: DetectionEntry) -> None:
    """Take back what the agent said; raise `DomainError` when nothing is in force."""
    mine = queries.find_mine(session, identity, entry)
    if mine is None or mine.withdrawn_at is not None:
        raise DomainError("Vous n’avez rien dit du tirage de cette entreprise.")
    mine.withdrawn_at = utcnow()
    session.flush()
    _trace(session, identity, entry, why=None)


def _trace(
    session: Session, identity: Identity, entry: DetectionEntry, *, why: OverrideReason | None
) -> None:
    event = journal.Event.DRAW_OVERRIDDEN
    journal.record(session, identity, event, siren=entry.siren, entry=entry.id, why=why)
