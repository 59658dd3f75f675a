"""What is said of the last list withdrawn, above the lists and on the page of a firm."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.detections.withdrawals import queries


def on_list(session: Session, _identity: Identity) -> dict[str, Any]:
    """For `_withdrawn.html`: the list that was withdrawn, if none followed it."""
    return {"withdrawn": queries.find_withdrawn(session)}
