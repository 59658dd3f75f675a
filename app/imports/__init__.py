"""Partner files in: archived, read into the lake, published to the portal whole or not at all."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.imports import cli
    from app.imports import models as _models  # noqa: F401 - declares the tables

    app.cli.add_command(cli.group)
