"""Trained models: training, the register of versions, the champion, and the page that says what it is worth.

- ``decisions``: deciding of a model: to try it in the shadow, to put it in service, to come back to the former one.
- ``demands``: what higher domains demand before a model enters service: they plug a demand in, this domain does not know them.
- ``panels``: what higher domains add to the pages of the models: they plug a panel in, this domain does not know them.
- ``report``: the engine's score in detail, as tables for the page of a version.
- ``written``: measures written out: a number, a share, an interval.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.models_registry import models as _models  # noqa: F401 - declares the tables
    from app.models_registry import policies, routes
    from app.models_registry.trainings import cli
    from app.models_registry.trainings import routes as training_routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(training_routes.blueprint)
    app.cli.add_command(cli.group)
    pages.navigation.fill(
        pages.NavigationItem(70, "Modèle", "models_registry.index", Permission.MODEL_READ)
    )
    # Every night: the training of the quarter is asked for once, as soon as it can be, even after an outage.
    clock.schedule(Task.MODELS_QUARTER, "0 5 * * *")
