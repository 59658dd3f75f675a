"""The expert rules, on the page of the model."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.now import today
from app.detections.rules import queries


def rules(session: Session) -> dict[str, Any]:
    """For `_panel_rules.html`, on the page of the model."""
    return {
        "in_force": queries.find_in_force(session, as_of=today()),
        "last": queries.find_last(session),
    }
