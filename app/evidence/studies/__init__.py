"""Studies of the effect of support: registered before they are read, read once on their day, shown with what to doubt of them.

- ``charts``: the drawings of a result: points of an interval, of two curves, of a balance.
- ``computing``: a study read on its day, exactly once.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the room; each night the clock reads what is due, and asks the question of the half-year."""
    from app.evidence.studies import policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    # Managers come from the page of impact.
    pages.navigation.fill(
        pages.NavigationItem(41, "Études", "studies.index", Permission.STUDY_REGISTER)
    )
    clock.schedule(Task.STUDIES_DUE, "30 3 * * *")
