"""The tasks of the register of models."""

from flask import current_app

from app.core import jobs


@jobs.task("models.judge", lock="models.judge")
def judge(version_id: int, psi_reason: str = "") -> None:
    """Measure a version beside the champion."""
    from app.models_registry import trials  # noqa: PLC0415 - loads the whole data-science package

    trials.measure(current_app.config["VIGIE"].home, version_id, psi_reason=psi_reason)
