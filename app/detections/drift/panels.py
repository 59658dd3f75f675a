"""Drift and challengers, on the page of a model."""

from typing import Any

from sqlalchemy.orm import Session

from app.detections.drift import queries
from app.detections.drift.presenters import drift_lines
from app.models_registry.models import ModelVersion


def controls(session: Session, model: ModelVersion) -> dict[str, Any]:
    """For `_panel_controls.html`, on the page of a model: its shadow runs, its latest drift."""
    report = queries.find_last_report(session, model.id)
    return {
        "shadows": queries.list_shadows(session, model.id),
        "report": report,
        "lines": drift_lines(report) if report else [],
    }
