"""The pages that compose several domains: the home page, the firm's page, and the public pages about Vigie itself."""

from flask import Flask

from app.core.access.permissions import Permission
from app.core.web.pages import NavigationItem, add_navigation


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.portal import about, routes

    app.register_blueprint(routes.blueprint)
    app.register_blueprint(about.blueprint)
    add_navigation(NavigationItem(10, "Accueil", "portal.home", Permission.COMPANY_READ))
