"""Firms alike that were supported: what was mobilised for them and how it ended, told by blocks of eleven firms that are never named.

- ``blocks``: firms gathered into blocks that share none, each at the narrowest likeness that eleven of them have in common.
- ``likeness``: what firms are alike by, from the widest to the narrowest, as each is when its accompagnement opens.
- ``masking``: what is told of a block: each number, or two bounds where it is too small; the interval of a share.
- ``panels``: the place of these firms on the page of an accompagnement.
"""

from flask import Flask

from app.cases.panels import case_panels
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the room."""
    from app.evidence.alike import models as _models  # noqa: F401 - declares the tables
    from app.evidence.alike import panels, routes

    app.register_blueprint(routes.blueprint)
    case_panels.fill(panels.PANEL)
    # In the night, before anybody is there; a half-year is told once.
    clock.schedule(Task.EVIDENCE_ALIKE, "20 3 * * *")
