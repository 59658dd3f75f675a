"""Detection: runs and their steps, the lists they publish, why each firm is on them, what agents answer and flag.

- ``panels``: context of each detection panel, shown by `templates/detections/_panel_*.html`.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.detections import models as _models  # noqa: F401 - declares the tables
    from app.detections import policies
    from app.detections.answers import routes as _answers  # noqa: F401 - adds to the blueprint
    from app.detections.drift import models as _controls  # noqa: F401 - declares the tables
    from app.detections.lists import routes
    from app.detections.rules import routes as rule_routes
    from app.detections.runs import cli
    from app.detections.runs import routes as run_routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(run_routes.blueprint)
    app.register_blueprint(rule_routes.blueprint)
    app.cli.add_command(cli.group)
    pages.navigation.fill(
        pages.NavigationItem(20, "Détections", "detections.index", Permission.DETECTION_READ)
    )
    # Every night: the monthly run happens once, as soon as it can, even after an outage.
    clock.schedule(Task.DETECTIONS_MONTH, "30 4 * * *")
