"""Trained models: the register of versions, the champion, what was decided, and the figures of each.

- ``alarms``: what the data scientists are told, by e-mail and by the bell, once.
- ``decisions``: deciding of a model: to try it in the shadow, to put it in service, to come back to the former one.
- ``report``: the engine's score in detail, as tables for the page of a version.
- ``written``: measures written out: a number, a share, an interval.
"""

from flask import Flask

from app.core.access.permissions import clauses


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.models_registry import models as _models  # noqa: F401 - declares the tables
    from app.models_registry import policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
