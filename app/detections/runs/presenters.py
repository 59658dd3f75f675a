"""How the steps of a run read in French."""

from typing import Any

from app.core.text.french import number_fr
from app.detections.models import DetectionRun, RunStep

#: what a step counts that people want to know, in words
COUNTED = {
    "firms": "entreprises",
    "entries": "entreprises listées",
    "alerts": "alertes envoyées",
    "sources": "sources",
    "lines": "explications",
}


def step_items(run: DetectionRun) -> list[dict[str, str | None]]:
    """The steps as the macro ``steps`` shows them: label, state, and what was done or what went wrong."""
    return [
        {
            "label": step.name.label,
            "state": step.state.value,
            "detail": step.error or _done(step),
        }
        for step in run.steps
    ]


def _done(step: RunStep) -> str | None:
    if step.seconds is None:
        return None
    counts: dict[str, Any] = step.counts
    told = [f"{COUNTED[name]} : {number_fr(n)}" for name, n in counts.items() if name in COUNTED]
    if counts.get("late"):
        told.append(f"en retard, lues telles quelles : {', '.join(counts['late'])}")
    return ", ".join([*told, f"{number_fr(step.seconds, 1)} s"])
