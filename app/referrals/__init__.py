"""The firm's need finds the right person: who does what and where, to whom a need goes and why, where nobody answers.

- ``criteria``: which firms an expert helps: conditions on public facts and on what the asker says.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.database.seeds import reference_lists
from app.core.web import pages


def init_app(app: Flask) -> None:
    """Register the rooms, the first themes and subjects, and the way in."""
    from app.referrals.coverage import routes as coverage
    from app.referrals.directory import policies, routes, seeds
    from app.referrals.directory.antennes import routes as antennes
    from app.referrals.directory.experts import routes as experts
    from app.referrals.directory.subjects import routes as subjects
    from app.referrals.files import routes as files
    from app.referrals.routing import routes as routing

    clauses.fill(policies.RULES)
    reference_lists.fill(seeds.plant)
    for room in (routes, antennes, experts, subjects, routing, coverage, files):
        app.register_blueprint(room.blueprint)
    pages.navigation.fill(
        pages.NavigationItem(37, "Annuaire", "directory.index", Permission.DIRECTORY_READ)
    )
