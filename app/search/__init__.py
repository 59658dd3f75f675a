"""The search box: from a number to its page, from words to firms.

- ``persons``: the firm that a sole trader who exercises their rights is.
- ``question``: the text typed in the search box: a siren, a siret, a number that is neither, or words.
- ``spelling``: which known words a mistyped one may stand for.
- ``steps``: the statements of a search, each bounded and read by an index.
"""

from flask import Flask

from app.core.access.permissions import clauses
from app.core.persons.places import person_places
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.referrals.guichet.door.queries import by_name
    from app.search import models as _models  # noqa: F401 - declares the tables
    from app.search import persons, policies, queries, routes
    from app.search.texts import models as _texts  # noqa: F401 - declares the tables

    clauses.fill(policies.RULES)
    person_places.fill(persons.PLACE)
    by_name.fill(queries.sirens_named)
    app.register_blueprint(routes.blueprint)
    clock.schedule(Task.SEARCH_FORGET, "20 3 * * *")
