"""To be described."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Plug the domain in."""
    from app.detections import models  # noqa: F401 - declares the tables
