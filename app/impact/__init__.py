"""Outcomes of the firms in alert: the funnel and its delays. It describes activity and does not measure an effect.

- ``metrics``: what each of its figures counts, of what, as of when.
- ``breakdowns``: what it is broken down by, and the names of the groups.
- ``cohorts``: the firms of a period and the day of each stage, as tables that queries count.
"""

from flask import Flask

from app.core import metrics as dictionary
from app.core.access.permissions import Permission, clauses
from app.core.web import pages


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.impact import metrics, policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    pages.navigation.fill(
        pages.NavigationItem(40, "Impact", "impact.funnel", Permission.IMPACT_READ)
    )
    dictionary.declare(metrics.METRICS.values())
