"""The pages that compose several domains: the home page, the firm's page, and the public pages about Vigie itself.

- ``about_routes``: public pages about Vigie: accessibility, legal notice, personal data, help.
- ``pages``: the context of each page of the portal, assembled from the panels of the domains.
"""

from flask import Flask

from app.core.access.permissions import Permission
from app.core.web.pages import NavigationItem, navigation


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.portal import about_routes, routes
    from app.portal.model import routes as model_routes

    app.register_blueprint(routes.blueprint)
    app.register_blueprint(about_routes.blueprint)
    app.register_blueprint(model_routes.blueprint)
    navigation.fill(NavigationItem(10, "Accueil", "portal.home", Permission.COMPANY_READ))
    navigation.fill(NavigationItem(70, "Modèle", "model.index", Permission.MODEL_READ))
