"""What the page of a model shows of drift and of challengers."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.detections.drift import queries
from app.detections.drift.presenters import drift_lines
from app.models_registry.models import ModelVersion


def controls(
    session: Session, _identity: Identity, model: ModelVersion
) -> tuple[str, dict[str, Any]]:
    """`_panel_controls.html`, on the page of a model: its runs in the shadow, its last drift."""
    report = queries.find_last_report(session, model.id)
    return "detections/_panel_controls.html", {
        "shadows": queries.list_shadows(session, model.id),
        "report": report,
        "lines": drift_lines(report) if report else [],
    }
