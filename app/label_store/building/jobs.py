"""Jobs of the label store."""

from flask import current_app

from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.label_store import services
from app.label_store.building import store


@does(Task.LABELS_BUILD)
def build(build_id: int) -> None:
    """Build what was asked for."""
    store.build(current_app.config["VIGIE"].home, build_id)


@does(Task.LABELS_DUE)
def build_when_due() -> None:
    """Ask for a building when something was published since the last one."""
    with unit_of_work(store.ACTOR) as session:
        services.ask_when_due(session, store.ACTOR)
