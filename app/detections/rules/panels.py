"""What the page of the model shows of the expert rules."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.now import today
from app.detections.rules import queries


def rules(session: Session, _identity: Identity) -> tuple[str, dict[str, Any]]:
    """`_panel_rules.html`, on the page of the model."""
    return "detections/_panel_rules.html", {
        "in_force": queries.find_in_force(session, as_of=today()),
        "last": queries.find_last(session),
    }
