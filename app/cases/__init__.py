"""Accompagnements: at most one per establishment, its people, its states, its outcome.

- ``attention``: the accompagnements that ask for attention: those that no référent at work follows, those without news for long.
- ``endings``: how an accompagnement ends, as an agent reports it, and whether that can be.
- ``panels``: what other domains add to the page of an accompagnement.
"""

from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.own.presenters import AccountPage, account_pages
from app.core import metrics as dictionary
from app.core.access.identity import Identity
from app.core.access.permissions import Permission, clauses
from app.core.persons.places import person_places, text_place
from app.core.web import pages
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.detections.bulk.kinds import kinds
from app.detections.bulk.subjects import subjects
from app.detections.lists.marks import Mark, marks
from app.detections.news.queries import confirmations
from app.habilitations.queries import open_cases
from app.network.notifications import recipients


def on_event(session: Session, identity: Identity, event: DomainEvent) -> None:
    """End what was given to whoever opens an accompagnement of the firm, and what was proposed of one that is over."""
    from app.cases.assignments import services as assignments
    from app.cases.handover import services as handover

    if event.kind in (EventKind.CASE_OPENED, EventKind.CASE_REOPENED):
        assignments.settle(session, identity, event.siren)
    if event.kind in (EventKind.CASE_CLOSED, EventKind.CASE_DELETED):
        handover.settle(session, identity, event.subject_id)


def init_app(app: Flask) -> None:
    """Register the domain: it extends the reach of an accompagnement's members and has them notified."""
    from app.cases import panels, policies, presenters, queries
    from app.cases.assignments import bulk
    from app.cases.assignments import policies as assignment_policies
    from app.cases.board import metrics
    from app.cases.bulk import kinds as case_acts
    from app.cases.colleagues import queries as colleagues
    from app.cases.handover import policies as handover_policies
    from app.cases.history import panels as history_panels
    from app.cases.lifecycle import services as lifecycle
    from app.cases.qualification import panels as qualification_panels
    from app.cases.summaries import policies as summary_policies
    from app.cases.summaries import presenters as summaries
    from app.cases.summaries.services import SUBJECT

    dictionary.declare(metrics.METRICS)
    clauses.fill(policies.RULES)
    clauses.fill(assignment_policies.RULES)
    clauses.fill(handover_policies.RULES)
    clauses.fill(summary_policies.RULES)
    presenters.register()
    summaries.register()
    app.add_template_filter(lifecycle.may_restore)
    open_cases.fill(queries.open_cases_of_agent)
    recipients.members.fill(presenters.list_concerned)
    recipients.reads_work_of_followed.fill(colleagues.reads_work_of_followed)
    _fill_marks()
    _fill_account_pages()
    _fill_persons()
    kinds.fill(bulk.ASSIGN)
    subjects.fill(case_acts.CASES)
    for act in case_acts.ALL:
        kinds.fill(act)
    confirmations.fill(queries.confirming)
    summary = panels.CasePanel(
        "cases/summaries/_panel_summaries.html", summaries.of_case, subject=(SUBJECT, "summaries_shown"),
    )  # fmt: skip
    for panel in (summary, qualification_panels.PANEL, history_panels.PANEL):
        panels.case_panels.fill(panel)
    _register_pages(app)
    events.listeners.fill(on_event)
    pages.navigation.fill(
        pages.NavigationItem(30, "Accompagnements", "cases.index", Permission.CASE_READ)
    )


def _fill_account_pages() -> None:
    account_pages.fill(
        AccountPage(
            37,
            "Transmissions",
            "case_handovers.index",
            "les accompagnements que vous transmettez, ou que l’on vous propose",
        )
    )


def _fill_persons() -> None:
    from app.cases.summaries.models import HEADINGS, CaseSummary

    person_places.fill(
        text_place(
            "case_summary", "Synthèse d’un accompagnement", CaseSummary, texts=[getattr(CaseSummary, part) for part in HEADINGS],
            key=CaseSummary.id, day=CaseSummary.edited_at,
        )
    )  # fmt: skip


def _fill_marks() -> None:
    from app.cases import queries
    from app.cases.assignments import queries as assignments

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


def _register_pages(app: Flask) -> None:
    from app.cases import routes
    from app.cases.assignments import routes as assignments
    from app.cases.board import routes as _board  # noqa: F401 - adds to the blueprint
    from app.cases.bulk import routes as acts
    from app.cases.colleagues import routes as colleagues
    from app.cases.departures import routes as departures
    from app.cases.handover import routes as handover
    from app.cases.history import routes as history
    from app.cases.lifecycle import routes as lifecycle
    from app.cases.measures import routes as measures
    from app.cases.members import routes as members
    from app.cases.moves import routes as moves
    from app.cases.qualification import routes as qualification
    from app.cases.summaries import routes as summaries

    described = (qualification, measures, history, lifecycle)
    told = (acts, summaries, assignments, departures, handover, colleagues)
    for room in (routes, members, moves, *told, *described):
        app.register_blueprint(room.blueprint)
