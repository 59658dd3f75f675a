"""What an agent answered, as the form shows it again."""

from typing import Any

from app.detections.models import DetectionFeedback


def feedback_values(known: DetectionFeedback | None) -> dict[str, Any]:
    """What the agent answered, as the form wants it."""
    if known is None:
        return {}
    return {
        "is_useful": "oui" if known.is_useful else "non",
        "reasons": known.reasons,
        "comment": known.comment,
    }
