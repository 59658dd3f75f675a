"""Trained models: the register of versions, the champion, the decisions, and the figures of each.

- ``alarms``: notify the data scientists once, by e-mail and by the bell.
- ``decisions``: decisions on a model: try it in the shadow, put it in service, go back to the former one.
- ``report``: the detailed performance of a model, as tables for the page of a version.
- ``written``: measures as text: a number, a share, an interval.
"""

from flask import Flask

from app.core.access.permissions import clauses


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.models_registry import models as _models  # noqa: F401 - declares the tables
    from app.models_registry import policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
