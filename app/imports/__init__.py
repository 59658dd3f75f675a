"""Partner files in: archived, read into the lake, published to the portal all together or not at all.

- ``archive``: the originals, kept for ever under the name of their content: nothing received is lost.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.imports import cli, policies, presenters
    from app.imports import models as _models  # noqa: F401 - declares the tables
    from app.imports import routes as _routes  # noqa: F401 - adds to the blueprint
    from app.imports.intake import routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.cli.add_command(cli.group)
    for shown in (
        presenters.batch_badge,
        presenters.batch_total,
        presenters.check_bounds,
        presenters.check_change,
        presenters.check_measure,
        presenters.file_left_out,
        presenters.file_reasons,
        presenters.file_remarks,
        presenters.level_badge_kind,
        presenters.progress_text,
    ):
        app.add_template_filter(shown, shown.__name__)
    clock.schedule(Task.IMPORTS_WATCH, "* * * * *")
    pages.navigation.fill(
        pages.NavigationItem(60, "Données", "imports.index", Permission.IMPORTS_READ)
    )
