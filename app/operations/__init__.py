"""Running the service: what is missing before it starts, whether it is up, backups, restoring them, the drill that proves them."""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Plug the domain in; its commands are among those of the instance."""
    from app.operations import cli, policies, routes
    from app.operations.health import routes as health

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(health.blueprint)
    cli.init_app()
    clock.schedule(Task.OPERATIONS_BACKUP, "30 1 * * *")
    clock.schedule(Task.OPERATIONS_DRILL, "0 3 * * 0")
    clock.schedule(Task.OPERATIONS_WATCH, "20 * * * *")
    pages.navigation.fill(
        pages.NavigationItem(92, "Sauvegardes", "operations.index", Permission.BACKUP_READ)
    )
