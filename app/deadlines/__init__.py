"""Échéances: what is to be done of a firm or in an accompagnement, by whom and for which day.

- ``panels``: what other pages show of échéances.
"""

from flask import Flask

from app.accounts.own.presenters import AccountPage, account_pages
from app.cases.board.agenda import agendas
from app.cases.lifecycle.obstacles import obstacles
from app.cases.members.relays import relays
from app.cases.panels import CasePanel, case_panels
from app.core.access.permissions import clauses
from app.core.persons.places import person_places, text_place
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the domain, its part of the page of an accompagnement, and the reminder of each morning, before the digests."""
    from app.deadlines import models, panels, policies, presenters, routes, services
    from app.deadlines.calendar import routes as calendar_routes

    clauses.fill(policies.RULES)
    due = models.Deadline
    person_places.fill(text_place("deadline", "Échéance", due, texts=[due.what], key=due.id, day=due.created_at))  # fmt: skip
    presenters.register()
    case_panels.fill(
        CasePanel(
            "deadlines/_panel_deadlines.html",
            panels.of_case,
            subject=(services.SUBJECT, "deadlines"),
        )
    )
    obstacles.fill(panels.keeps_case)
    relays.fill(services.hand_over)
    agendas.fill(panels.agenda)
    account_pages.fill(
        AccountPage(
            35, "Mes échéances", "deadlines.index", "ce que vous avez à faire, et pour quand"
        )
    )
    account_pages.fill(
        AccountPage(
            36,
            "Calendrier",
            "calendar.own",
            "vos échéances dans votre agenda, par une adresse privée",
        )
    )
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(calendar_routes.blueprint)
    clock.schedule(Task.DEADLINES_REMIND, "0 7 * * *")
