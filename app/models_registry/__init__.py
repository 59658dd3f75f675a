"""Trained models: training, the register of versions, the champion, and the page that says what it is worth."""

from flask import Flask

from app.core.access.permissions import Permission, declare
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.models_registry import models as _models  # noqa: F401 - declares the tables
    from app.models_registry import policies, routes
    from app.models_registry.trainings import cli
    from app.models_registry.trainings import routes as training_routes

    declare(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(training_routes.blueprint)
    app.cli.add_command(cli.group)
    pages.add_navigation(
        pages.NavigationItem(70, "Modèle", "models_registry.index", Permission.MODEL_READ)
    )
    # Every night: the training of the quarter is asked for once, as soon as it can be, even after an outage.
    clock.schedule(Task.MODELS_QUARTER, "0 5 * * *")
