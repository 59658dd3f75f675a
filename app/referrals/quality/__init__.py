"""Is what comes in right, and what becomes of it: a queue for the team, figures, a weekly e-mail, a file per institution."""

from flask import Flask

from app.core import metrics as dictionary
from app.core.access.permissions import clauses
from app.core.work import clock
from app.core.work.tasks import Task
from app.messages.stops.providers import stoppables


def init_app(app: Flask) -> None:
    """Register the room and its pages."""
    from app.referrals.quality import policies
    from app.referrals.quality.checks import routes as checks
    from app.referrals.quality.figures import metrics, routes
    from app.referrals.quality.institutions import routes as institutions
    from app.referrals.quality.weekly import routes as weekly
    from app.referrals.quality.weekly import services

    clauses.fill(policies.RULES)
    dictionary.declare(metrics.METRICS.values())
    stoppables.fill(services.STOPPABLE)
    for room in (checks, routes, institutions, weekly):
        app.register_blueprint(room.blueprint)
    # Every hour of Monday: whoever was told is not told again, so that an outage of the morning costs nothing.
    clock.schedule(Task.REFERRALS_WEEK, "0 7-18 * * mon")
    clock.schedule(Task.REFERRALS_LETTERS, "*/10 * * * *")
