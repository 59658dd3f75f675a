"""Keeping and erasing: rules, what the next night would do, slips with the visa of the archives, what is handed over to them.

- ``objects``: what each rule is about, and the rules that other parts of Vigie hold.
"""

from flask import Flask

from app.cases.panels import CasePanel, case_panels
from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Plug the room in."""
    from app.records.retention import policies, routes
    from app.records.retention.slips import panels
    from app.records.retention.slips import routes as slips

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(slips.blueprint)
    clock.schedule(Task.RECORDS_NIGHT, "10 4 * * *")
    case_panels.fill(CasePanel("records/retention/_eliminated.html", panels.of_case, is_first=True))
    pages.navigation.fill(
        pages.NavigationItem(93, "Conservation", "retention.index", Permission.RETENTION_READ)
    )
