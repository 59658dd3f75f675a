"""Partner files in: archived, read into the lake, published to the portal whole or not at all.

- ``archive``: the originals, kept for ever under the name of their content: nothing received is lost.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import clock


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.imports import cli, jobs, policies, presenters, routes
    from app.imports import models as _models  # noqa: F401 - declares the tables
    from app.imports.intake import routes as _act_routes  # noqa: F401 - adds to the blueprint

    clauses.fill(policies.RULES)
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
    pages.navigation.fill(
        pages.NavigationItem(60, "Données", "imports.index", Permission.IMPORTS_READ)
    )
