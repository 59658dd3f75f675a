"""The pages that compose several domains: the home page, the firm's page, and the public pages about Vigie itself.

- ``about_routes``: public pages about Vigie: accessibility, legal notice, personal data, help.
- ``metrics``: what the figures of the home page and of the band of a firm count.
"""

from flask import Flask

from app.core import metrics as dictionary
from app.core.access.permissions import Permission, clauses
from app.core.web.pages import NavigationItem, navigation
from app.detections.lists.marks import Mark, marks
from app.network.panels import FollowedPart, followed_parts


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.portal import about_routes, metrics, policies
    from app.portal.firm import routes as firm_routes
    from app.portal.home import queries, routes
    from app.portal.model import routes as model_routes
    from app.portal.palette import routes as palette_routes
    from app.watching.subscriptions import pages as subscriptions

    dictionary.declare(metrics.METRICS)
    clauses.fill(policies.RULES)
    marks.fill(
        Mark(
            code=queries.UNHANDLED,
            filter_label="Que je n’ai pas mises de côté",
            position=50,
            condition=queries.is_unhandled,
        )
    )
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(about_routes.blueprint)
    app.register_blueprint(firm_routes.blueprint)
    app.register_blueprint(model_routes.blueprint)
    app.register_blueprint(palette_routes.blueprint)
    followed_parts.fill(
        FollowedPart("watching/subscriptions/_followed.html", subscriptions.followed)
    )
    navigation.fill(NavigationItem(10, "Accueil", "portal.home", Permission.HOME_READ))
    navigation.fill(NavigationItem(70, "Modèle", "model.index", Permission.MODEL_READ))
