"""What became of the firms in alert: the funnel and its delays. It describes activity; it does not measure effect."""

from flask import Flask

from app.core import web
from app.core.permissions import Permission, declare


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.impact import policies, routes

    declare(policies.RULES)
    app.register_blueprint(routes.blueprint)
    web.add_navigation(web.NavigationItem(40, "Impact", "impact.funnel", Permission.IMPACT_READ))
