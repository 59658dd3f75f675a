"""The last lines of the history, at the end of the page of an accompagnement."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.history.presenters import line_of
from app.cases.history.queries import slice_of_history
from app.cases.models import Case
from app.cases.panels import CasePanel
from app.core.access.identity import Identity

#: lines on the page of the accompagnement; a page of its own has the others
SHOWN = 10


def last_changes(session: Session, _identity: Identity, case: Case) -> dict[str, Any]:
    """For `_history.html`."""
    found = slice_of_history(session, case, size=SHOWN)
    lines = [line_of(change) for change in found.rows]
    return {"history": lines, "has_more_history": found.next_cursor is not None}


PANEL = CasePanel(template="cases/_history.html", provider=last_changes, is_last=True)
