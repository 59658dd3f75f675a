"""Trainings of a model: asked for, carried by a worker, tried beside the champion, told when they fail.

- ``pipeline``: a training asked for, from its first unfinished step to its end, once.
- ``training``: labels out of the portal, data out of the lake, a version into the register.
- ``trials``: a model beside the champion, on the same firms and quarters: what its gate keeps.
"""

from flask import Flask

from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.trainings import cli, routes
    from app.trainings import models as _models  # noqa: F401 - declares the tables

    app.register_blueprint(routes.blueprint)
    app.cli.add_command(cli.group)
    # Every night: the training of the quarter is asked for once, as soon as it can be, even after an outage.
    clock.schedule(Task.MODELS_QUARTER, "0 5 * * *")
