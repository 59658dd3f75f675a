"""Trainings: requested, run by a worker, measured against the champion, reported when they fail.

- ``pipeline``: a training, from its first unfinished step to its end, exactly once.
"""

from flask import Flask

from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.trainings import cli, routes
    from app.trainings import models as _models  # noqa: F401 - declares the tables

    app.register_blueprint(routes.blueprint)
    app.cli.add_command(cli.group)
    # Every night: the quarterly training is requested once, as soon as it can be, even after an outage.
    clock.schedule(Task.MODELS_QUARTER, "0 5 * * *")
