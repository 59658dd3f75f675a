"""Running the service: whether it may start, is up, is late; backups, drills, upgrades, maintenance; its homologation."""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Plug the domain in; its commands are among those of the instance."""
    from app.operations import cli, maintenance, policies, routes
    from app.operations.health import routes as health
    from app.operations.metrics import routes as metrics
    from app.operations.watch import routes as watch

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    for room in (health, metrics, watch):
        app.register_blueprint(room.blueprint)
    cli.init_app()
    maintenance.init_app(app)
    clock.schedule(Task.OPERATIONS_BACKUP, "30 1 * * *")
    clock.schedule(Task.OPERATIONS_DRILL, "0 3 * * 0")
    clock.schedule(Task.OPERATIONS_WATCH, "*/15 * * * *")
    pages.navigation.fill(
        pages.NavigationItem(91, "État du service", "service.index", Permission.SERVICE_READ)
    )
    pages.navigation.fill(
        pages.NavigationItem(92, "Sauvegardes", "operations.index", Permission.BACKUP_READ)
    )
