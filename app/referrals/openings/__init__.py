"""What a region needs before its guichet opens, computed from what there is, and the switch that the team turns.

- ``checklist``: what is asked of a region, and whether it is there. Pure.
"""

from flask import Flask

from app.core.access.permissions import clauses


def init_app(app: Flask) -> None:
    """Register the room and its pages."""
    from app.referrals.openings import policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
