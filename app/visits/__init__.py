"""Contacts and visits: the fact is known to the zone, what was written is read by its audience.

- ``panels``: what the panel of visits needs, on the page of a firm or of an accompagnement.
"""

from flask import Flask

from app.cases.panels import add_to_case
from app.core.access.permissions import declare
from app.detections.lists.marks import Mark, register


def init_app(app: Flask) -> None:
    """Plug the domain in, and into the page of an accompagnement."""
    from app.visits import panels, policies, presenters, queries, routes

    declare(policies.RULES)
    presenters.register()
    add_to_case("visits/_panel_visits.html", panels.visits_of_case)
    register(
        Mark(
            code="visited",
            filter_label="Déjà contactées",
            label="Contactée",
            position=20,
            condition=queries.is_visited,
        )
    )
    app.register_blueprint(routes.blueprint)
