"""Needs that wait: in working days the expert is reminded, then who keeps their antenne, then the team; then they go to others.

- ``days``: how many working days a referral has waited, and what is due.
"""

from flask import Flask

from app.core.work import clock
from app.core.work.tasks import Task


def init_app(_app: Flask) -> None:
    """Have what those who leave the directory had to do go to others, and remind every morning."""
    from app.referrals.directory import leaving
    from app.referrals.needs import queries
    from app.referrals.reminders import services

    leaving.open_needs.fill(queries.open_counts)
    leaving.passing_on.fill(services.ask_to_pass_on)
    # Each reminder is told once: a morning that was missed is caught up with.
    clock.schedule(Task.NEEDS_REMIND, "15 7 * * *")
