"""The label store: what a model learns of each firm and why, and what visits found; derived from the facts, built again at will."""

from flask import Flask

from app.core.access.permissions import clauses
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.label_store import models as _models  # noqa: F401 - declares the tables
    from app.label_store import policies
    from app.label_store.reading import routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    # Every night: what was published since the last building is learnt, once, even after an outage.
    clock.schedule(Task.LABELS_DUE, "30 4 * * *")
