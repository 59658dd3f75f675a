"""The place of firms alike on the page of an accompagnement: asked for once it is seen, so that the page waits for nothing."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.panels import CasePanel
from app.core.access.identity import Identity


def place(_session: Session, _identity: Identity, _case: Case) -> dict[str, Any]:
    """For `_panel_alike.html`, which needs nothing but the accompagnement."""
    return {}


# At the end: what comes late moves nothing that somebody is about to click.
PANEL = CasePanel(template="evidence/alike/_panel_alike.html", provider=place, is_last=True)
