"""The context of each page of the model, assembled from the register, the runs, the expert rules and the trainings."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.front.addresses import path_to
from app.core.now import today
from app.core.web.form_pages import open_form
from app.detections.drift import panels as drift
from app.detections.drift.queries import require_shadow_run
from app.detections.rules import panels as rules
from app.detections.runs import panels as runs
from app.models_registry import decisions, presenters, queries
from app.models_registry.models import ModelState, ModelVersion
from app.trainings import queries as trainings
from app.trainings.forms import TrainingForm


def in_service(session: Session) -> dict[str, Any]:
    """Return the context of the page of the model."""
    champion = queries.find_champion(session)
    form, _ = open_form(
        TrainingForm, path=path_to("trainings.start"), training_as_of=today().replace(day=1)
    )
    return {
        "champion": champion,
        "figures": presenters.figures(champion) if champion else None,
        "statistics": presenters.statistic_columns(),
        "differences": presenters.difference_columns(),
        "versions": queries.list_versions(session),
        "is_undecided": decisions.is_undecided,
        "former": queries.find_former_champion(session),
        "trainings": trainings.list_trainings(session),
        "training_form": form,
        "runs_panel": runs.runs(session),
        "rules_panel": rules.rules(session),
    }


def version(session: Session, identity: Identity, model: ModelVersion) -> dict[str, Any]:
    """Return the context of the page of a version."""
    is_tried = model.state is ModelState.CHALLENGER
    return {
        "model": model,
        "figures": presenters.figures(model),
        "statistics": presenters.statistic_columns(),
        "differences": presenters.difference_columns(),
        "gate": presenters.gate(model),
        "obstacles": decisions.obstacles(
            session, model, requirement=require_shadow_run, signer=identity
        )
        if is_tried
        else [],
        "decisions": queries.list_decisions(session, model),
        "controls_panel": drift.controls(session, model),
    }
