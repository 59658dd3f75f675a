"""What Vigie keeps of people and of firms: how long, what becomes of it then, what they may ask of it."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the domain: each room plugs itself in."""
    from app.records import persons, retention

    retention.init_app(app)
    persons.init_app(app)
