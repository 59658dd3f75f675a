"""Partner files in: archived, read into the lake, published to the portal whole or not at all."""

from flask import Flask

from app.core import clock, web
from app.core.permissions import Permission, declare


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.imports import act_routes as _act_routes  # noqa: F401 - adds to the blueprint
    from app.imports import cli, jobs, policies, presenters, routes
    from app.imports import models as _models  # noqa: F401 - declares the tables

    declare(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.cli.add_command(cli.group)
    for shown in (
        presenters.batch_badge,
        presenters.batch_total,
        presenters.check_bounds,
        presenters.check_change,
        presenters.check_measure,
        presenters.file_reasons,
        presenters.level_badge_kind,
        presenters.progress_text,
    ):
        app.add_template_filter(shown, shown.__name__)
    clock.schedule("imports:watch", "* * * * *", jobs.watch)
    web.add_navigation(web.NavigationItem(60, "Données", "imports.index", Permission.IMPORTS_READ))
