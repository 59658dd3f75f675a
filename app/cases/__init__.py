"""Accompagnements: at most one per establishment, its people, its states, its outcome.

- ``endings``: how an accompagnement ends, as an agent reports it, and whether that can be.
- ``panels``: what other domains add to the page of an accompagnement.
"""

from flask import Flask
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.detections.bulk.kinds import kinds
from app.detections.lists.marks import Mark, marks
from app.detections.news.queries import confirmations
from app.habilitations.queries import open_cases
from app.network.notifications import recipients


def on_event(session: Session, identity: Identity, event: DomainEvent) -> None:
    """End what was given to whoever opens an accompagnement of the firm."""
    from app.cases.assignments import services as assignments

    if event.kind is EventKind.CASE_OPENED:
        assignments.settle(session, identity, event.siren)


def init_app(app: Flask) -> None:
    """Register the domain: it extends the reach of an accompagnement's members and has them notified."""
    from app.cases import panels, policies, presenters, queries, routes
    from app.cases.assignments import bulk
    from app.cases.assignments import policies as assignment_policies
    from app.cases.assignments import queries as assignments
    from app.cases.assignments import routes as assignment_routes
    from app.cases.history import panels as history_panels
    from app.cases.history import routes as history_routes
    from app.cases.measures import routes as measure_routes
    from app.cases.members import routes as member_routes
    from app.cases.moves import routes as move_routes
    from app.cases.panels import CasePanel
    from app.cases.qualification import panels as qualification_panels
    from app.cases.qualification import routes as qualification_routes
    from app.cases.summaries import policies as summary_policies
    from app.cases.summaries import presenters as summaries
    from app.cases.summaries import routes as summary_routes

    clauses.fill(policies.RULES)
    clauses.fill(assignment_policies.RULES)
    clauses.fill(summary_policies.RULES)
    presenters.register()
    summaries.register()
    panels.case_panels.fill(CasePanel("cases/summaries/_panel_summaries.html", summaries.of_case))
    open_cases.fill(queries.open_cases_of_agent)
    recipients.members.fill(presenters.list_concerned)
    for mark in (
        Mark(code="supported", filter_label="En accompagnement", label="Accompagnée", position=10, condition=queries.is_supported),
        Mark(code="mine", filter_label="Dont je suis l’accompagnement", position=11, condition=queries.is_mine),
        Mark(
            code="administration", filter_label="Accompagnées par mon administration", position=12,
            condition=queries.is_of_my_administration,
        ),
        Mark(code="given", filter_label="Confiées à quelqu’un", label="Confiée", position=25, condition=assignments.is_given),
        Mark(code=assignments.GIVEN_TO_ME, filter_label="Qui me sont confiées", position=26, condition=assignments.is_given_to_me),
    ):  # fmt: skip
        marks.fill(mark)
    kinds.fill(bulk.ASSIGN)
    confirmations.fill(queries.confirming)
    panels.case_panels.fill(qualification_panels.PANEL)
    panels.case_panels.fill(history_panels.PANEL)
    for room in (
        routes, member_routes, move_routes, assignment_routes, qualification_routes, measure_routes, history_routes,
        summary_routes,
    ):  # fmt: skip
        app.register_blueprint(room.blueprint)
    events.listeners.fill(on_event)
    pages.navigation.fill(
        pages.NavigationItem(30, "Accompagnements", "cases.index", Permission.CASE_READ)
    )
