"""What the service is worth, in figures that can be shown: studies, reports, public figures, what was done for firms alike."""

from flask import Flask

from app.core import metrics
from app.core.access.permissions import Permission, clauses
from app.core.web.pages import NavigationItem, navigation


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.evidence import alike, studies
    from app.evidence.publications.kinds import OWN
    from app.evidence.reports import policies, routes
    from app.evidence.stats import routes as stats_routes

    metrics.declare(OWN)
    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(stats_routes.blueprint)
    navigation.fill(NavigationItem(45, "Bilans", "reports.index", Permission.REPORT_READ))
    studies.init_app(app)
    alike.init_app(app)
