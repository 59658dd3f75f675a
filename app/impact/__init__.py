"""Outcomes of the firms in alert: the funnel and its delays. It describes activity and does not measure an effect.

- ``metrics``: the dictionary of its figures: what each counts, of what, as of when.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.web import pages


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.impact import policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    pages.navigation.fill(
        pages.NavigationItem(40, "Impact", "impact.funnel", Permission.IMPACT_READ)
    )
