"""The runs, on the page of the model."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.front.addresses import path_to
from app.core.now import today
from app.core.web.form_pages import open_form
from app.detections.drift import queries as control_queries
from app.detections.runs import queries
from app.detections.runs.forms import RunForm


def runs(session: Session) -> dict[str, Any]:
    """For `_panel_runs.html`, on the page of the model."""
    form, _ = open_form(RunForm, path=path_to("detection_runs.start"), as_of=today().replace(day=1))
    report = control_queries.find_last_report(session)
    return {
        "runs": queries.list_runs(session),
        "run_form": form,
        "report": report,
    }
