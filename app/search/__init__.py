"""The search box: from a number to its page, from words to firms."""

from flask import Flask

from app.core.access.permissions import declare


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.search import policies, routes

    declare(policies.RULES)
    app.register_blueprint(routes.blueprint)
