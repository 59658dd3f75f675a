"""Imports asked from the portal: the files of the drop folder, outside any request."""

from pathlib import Path

from flask import current_app

from app.core.identity import system_identity
from app.core.jobs import task
from app.core.logging import get_logger

logger = get_logger(__name__)

DROP_FOLDER = "depot"


@task("imports:load", lock="imports")
def load(*, agent_id: int | None = None) -> None:
    """Load the drop folder on behalf of an agent; loading twice changes nothing."""
    from app.imports import pipeline  # noqa: PLC0415 - loads the whole data-science package

    home = current_app.config["VIGIE"].home
    outcome = pipeline.load(
        system_identity("Imports"), directory=drop_folder(home), home=home, started_by=agent_id
    )
    logger.info("imported", batch=outcome.batch_id, refused=outcome.error)


def drop_folder(home: Path) -> Path:
    """The directory of an instance where partners' files are left to be imported."""
    return home / DROP_FOLDER
