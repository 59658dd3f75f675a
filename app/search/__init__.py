"""The search box: from a number to its page, from words to firms.

- ``question``: what was typed in the search box: a siren, a siret, a number that is neither, or words.
"""

from flask import Flask

from app.core.access.permissions import clauses


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.search import policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
