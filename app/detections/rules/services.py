"""Write a version of the expert rules."""

from datetime import date

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.french import date_fr
from app.detections.models import ExpertRuleSet
from app.detections.rules import queries

#: the namespace of the lock that serialises concurrent saves
SAVE_LOCK = 7_146_005


def save_rules(
    session: Session,
    identity: Identity,
    *,
    text: str,
    note: str,
    in_force_from: date,
    base: int | None,
) -> ExpertRuleSet:
    """Add a version, whose ``text`` was checked by `engine.read`; former ones are left untouched.

    ``base``: the version it was written from. Raise `DomainError` when another was saved meanwhile,
    when nothing changed, or when it would apply to months whose list is already published.
    """
    if identity.agent_id is None:
        raise DomainError("Seule une personne peut écrire des règles.")
    take_turn(session, SAVE_LOCK)
    former = queries.find_last(session)
    if (former.id if former else None) != base:
        raise DomainError(
            "Une autre version a été enregistrée entre-temps : relisez-la, puis reprenez votre texte."
        )
    _require_new(former, text=text, in_force_from=in_force_from)
    version = ExpertRuleSet(
        text=text,
        note=note,
        author_id=identity.agent_id,
        created_at=utcnow(),
        in_force_from=in_force_from,
    )
    session.add(version)
    session.flush()
    journal.record(
        session,
        identity,
        journal.Event.RULES_SAVED,
        version=version.id,
        former=base,
        in_force_from=in_force_from,
    )
    return version


def _require_new(former: ExpertRuleSet | None, *, text: str, in_force_from: date) -> None:
    """Refuse a version that changes nothing, or that would change months whose list is already published."""
    if former and former.text == text and former.in_force_from == in_force_from:
        raise DomainError("Ce texte est déjà celui de la dernière version.", field="text")
    month = today().replace(day=1)
    if in_force_from < month:
        raise DomainError(
            f"Une version ne s’applique pas aux mois passés : au plus tôt le {date_fr(month)}.",
            field="in_force_from",
        )
