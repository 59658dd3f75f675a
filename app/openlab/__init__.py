"""What agents say of Vigie, read and answered: ideas and their votes, replies to alerts, a sheet each week, what was changed.

- ``metrics``: what the figures of a sheet count.
"""

from flask import Flask

from app.core import metrics as dictionary
from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the domain and its pages."""
    from app.openlab import metrics, policies
    from app.openlab.ideas import routes as idea_routes
    from app.openlab.replies import routes as reply_routes
    from app.openlab.sheets import routes as sheet_routes

    clauses.fill(policies.RULES)
    dictionary.declare(metrics.METRICS)
    app.register_blueprint(sheet_routes.blueprint)
    app.register_blueprint(idea_routes.blueprint)
    app.register_blueprint(reply_routes.blueprint)
    pages.navigation.fill(
        pages.NavigationItem(45, "OpenLab", "openlab.index", Permission.OPENLAB_READ)
    )
    # Every morning: the sheet of the week is built once, on Monday or as soon as it can after an outage; before the digests.
    clock.schedule(Task.OPENLAB_WEEK, "0 7 * * *")
