"""The journal read: its screens, its seals, its verification, its purge, and what it tells of unusual readings."""

from flask import Flask

from app.core import clock


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.audit import cli, jobs
    from app.audit import models as _models  # noqa: F401 - declares the tables

    app.cli.add_command(cli.group)
    clock.schedule("audit:prepare", "40 1 * * *", jobs.prepare)
    # After midnight in UTC, summer and winter: the day that it seals is over.
    clock.schedule("audit:seal", "10 2 * * *", jobs.seal)
    clock.schedule("audit:purge", "30 3 2 * *", jobs.purge)
