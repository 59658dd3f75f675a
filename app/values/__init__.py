"""Value lists: what an accompagnement is described with, in the words of the administrators; codes never change.

- ``reference``: the values that an empty instance holds.
- ``seeds``: planting them.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.database.seeds import reference_lists
from app.core.web import pages


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.values import policies, routes, seeds

    clauses.fill(policies.RULES)
    reference_lists.fill(seeds.plant)
    app.register_blueprint(routes.blueprint)
    pages.navigation.fill(
        pages.NavigationItem(85, "Listes de valeurs", "values.index", Permission.VALUE_MANAGE)
    )
