"""An agent's feedback, as the form shows it again."""

from typing import Any

from app.detections.models import DetectionFeedback


def feedback_values(feedback: DetectionFeedback | None) -> dict[str, Any]:
    """Return the agent's feedback as the values of the form."""
    if feedback is None:
        return {}
    return {
        "is_useful": "oui" if feedback.is_useful else "non",
        "reasons": feedback.reasons,
        "comment": feedback.comment,
    }
