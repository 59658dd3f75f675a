"""Contacts and visits: the zone knows the fact, only the audience reads the note.

- ``panels``: what the panel of visits needs, on the page of a firm or of an accompagnement.
"""

from flask import Flask

from app.cases.lifecycle.obstacles import obstacles
from app.cases.panels import CasePanel, case_panels
from app.core.access.permissions import clauses
from app.core.persons.places import person_places, text_place
from app.detections.exploration.queries import contacts
from app.detections.lists.marks import Mark, marks
from app.detections.news.queries import confirmations
from app.network.timeline import feed_texts


def init_app(app: Flask) -> None:
    """Register the domain and its part of the page of an accompagnement."""
    from app.visits import panels, policies, presenters, queries, routes, services

    clauses.fill(policies.RULES)
    presenters.register()
    case_panels.fill(
        CasePanel(
            "visits/_panel_visits.html", panels.visits_of_case, subject=(services.SUBJECT, "visits")
        )
    )
    _fill_persons()
    obstacles.fill(panels.keeps_case)
    feed_texts.fill(queries.NOTES)
    confirmations.fill(queries.confirming)
    contacts.fill(queries.contacting)
    marks.fill(
        Mark(
            code="visited",
            filter_label="Déjà contactées",
            label="Contactée",
            position=20,
            condition=queries.is_visited,
        )
    )
    marks.fill(
        Mark(
            code="met",
            filter_label="Rencontrées : l’entreprise a répondu",
            position=21,
            condition=queries.is_met,
        )
    )
    marks.fill(
        Mark(
            code="untouched",
            filter_label="Jamais contactées",
            position=40,
            condition=queries.is_untouched,
        )
    )
    app.register_blueprint(routes.blueprint)


def _fill_persons() -> None:
    from app.visits.models import VisitNote

    texts = [VisitNote.people_met, VisitNote.body, VisitNote.next_step]
    person_places.fill(
        text_place(
            "visit_note", "Compte rendu de contact", VisitNote, texts=texts, key=VisitNote.visit_id, day=None
        )
    )  # fmt: skip
