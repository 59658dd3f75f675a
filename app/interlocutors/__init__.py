"""Interlocutors: the people of a firm whom agents talk to, and how to reach them.

- ``panels``: what other pages show of them.
- ``persons``: what is found of one who exercises their rights, corrected or erased.
"""

from flask import Flask

from app.cases.panels import CasePanel, case_panels
from app.core.access.permissions import clauses
from app.core.persons.places import person_places


def init_app(app: Flask) -> None:
    """Register the domain and its part of the page of an accompagnement."""
    from app.interlocutors import panels, persons, policies, routes

    clauses.fill(policies.RULES)
    case_panels.fill(
        CasePanel("interlocutors/_panel_interlocutors.html", panels.of_case, is_first=True)
    )
    person_places.fill(persons.PLACE)
    app.register_blueprint(routes.blueprint)
