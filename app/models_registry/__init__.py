"""Trained models: training, the register of versions, the champion, and the page that says what it is worth."""

from flask import Flask

from app.core import web
from app.core.permissions import Permission, declare


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.models_registry import cli, models, policies, routes  # noqa: F401 - declares the tables

    declare(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.cli.add_command(cli.group)
    web.add_navigation(
        web.NavigationItem(70, "Modèle", "models_registry.index", Permission.MODEL_READ)
    )
