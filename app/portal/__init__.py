"""The pages that compose several domains: the home page, the firm's page, and the public pages about Vigie itself.

- ``about_routes``: public pages about Vigie: accessibility, legal notice, personal data, help.
- ``todo``: what waits for whoever asks, first on their home page.
- ``pages``: the context of the home page, assembled from the panels of the domains.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.web.pages import NavigationItem, navigation


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.portal import about_routes, policies, routes
    from app.portal.firm import routes as firm_routes
    from app.portal.model import routes as model_routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(about_routes.blueprint)
    app.register_blueprint(firm_routes.blueprint)
    app.register_blueprint(model_routes.blueprint)
    navigation.fill(NavigationItem(10, "Accueil", "portal.home", Permission.HOME_READ))
    navigation.fill(NavigationItem(70, "Modèle", "model.index", Permission.MODEL_READ))
