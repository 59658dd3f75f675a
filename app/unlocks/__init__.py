"""Unlocking: for a limited time and a stated reason, an agent reads the data of a firm in their zone that was never in alert.

- ``panels``: « Pourquoi je vois cette entreprise »: the grounds for reading a firm, shown on its pages.
"""

from flask import Flask

from app.accounts.own.presenters import AccountPage, account_pages
from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.habilitations.queries import unlocked_firms


def init_app(app: Flask) -> None:
    """Plug the domain in: what an agent unlocks becomes part of their rights."""
    from app.unlocks import policies, queries, routes

    clauses.fill(policies.RULES)
    unlocked_firms.fill(queries.unlocked_by_agent)
    app.register_blueprint(routes.blueprint)
    pages.navigation.fill(
        pages.NavigationItem(45, "Déverrouillages", "unlocks.network", Permission.UNLOCK_SUPERVISE)
    )
    account_pages.fill(
        AccountPage(
            30,
            "Mes déverrouillages",
            "unlocks.index",
            "les entreprises dont j’ai demandé à voir les données",
        )
    )
