"""The demonstration: a simulated region, invented people, two years of follow-up, and everything started by one command."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Plug the domain in: commands only, no page."""
    from app.demo import cli

    app.cli.add_command(cli.group)
