"""The pages that compose several domains: the home page, the firm's page, and the public pages about Vigie itself."""

from flask import Flask

from app.core.access.permissions import Permission
from app.core.web import pages


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.portal import about, routes

    app.register_blueprint(routes.blueprint)
    app.register_blueprint(about.blueprint)
    pages.add_navigation(
        pages.NavigationItem(10, "Accueil", "portal.home", Permission.COMPANY_READ)
    )
