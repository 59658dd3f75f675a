"""What is owed of what is kept: how long, and what becomes of it then."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the domain: each room plugs itself in."""
    from app.records import retention

    retention.init_app(app)
