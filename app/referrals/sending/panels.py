"""What the page of an accompagnement shows of the needs sent from it, and what its end or its deletion leaves of them."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.core.access.identity import Identity
from app.core.text.french import counted_fr
from app.referrals.sending import queries

SENT = "Un besoin a été transmis depuis cet accompagnement : il ne se supprime plus, enregistrez plutôt son issue."
LEFT_OPEN = "{} encore sans réponse définitive. Terminé, l’accompagnement n’en montrera plus les réponses qu’à qui les a transmis."


def of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """For `_panel_needs.html`."""
    return {"case_needs": queries.list_of_case(session, identity, case.id), "case_needs_most": queries.SHOWN}  # fmt: skip


def left_open(session: Session, identity: Identity, case: Case) -> str | None:
    """Return what the end of an accompagnement leaves unanswered, in a sentence."""
    count = queries.count_of_case(session, identity, case, is_open=True)
    return LEFT_OPEN.format(counted_fr(count, "besoin")) if count else None


def obstacle(session: Session, identity: Identity, case: Case) -> str | None:
    """Return what keeps an accompagnement from being deleted: experts answer a need that was sent from it."""
    return SENT if queries.count_of_case(session, identity, case, is_open=False) else None
