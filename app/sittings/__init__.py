"""Sittings of a committee, CODEFI first: an agenda of firms, what is decided of each, the tasks that follow, the minutes.

- ``documents``: the minutes as a DOCX.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.persons.places import person_places, text_place
from app.core.web import pages


def init_app(app: Flask) -> None:
    """Register the domain and its pages."""
    from app.sittings import models, policies, presenters, routes
    from app.sittings.agenda import routes as agenda_routes

    clauses.fill(policies.RULES)
    presenters.register()
    item = models.SittingItem
    texts = [item.note, item.decision]
    person_places.fill(
        text_place(
            "sitting_item", "Ordre du jour d’une séance", item, texts=texts, key=item.id, day=None
        )
    )
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(agenda_routes.blueprint)
    pages.navigation.fill(
        pages.NavigationItem(36, "Séances", "sittings.index", Permission.SITTING_READ)
    )
