"""Legal units, establishments, their series and procedures: what the published files say of a firm."""

from flask import Flask

from app.core.permissions import declare


def init_app(_app: Flask) -> None:
    """Plug the domain in."""
    from app.companies import models, policies  # noqa: F401 - declares the tables

    declare(policies.RULES)
