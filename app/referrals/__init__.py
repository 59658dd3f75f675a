"""The firm's need finds the right person: who does what and where, to whom a need goes and why, where nobody answers.

- ``criteria``: which firms an expert helps: conditions on public facts and on what the asker says.
"""

from flask import Flask

from app.cases.endings import left_open
from app.cases.lifecycle.obstacles import obstacles
from app.cases.panels import CasePanel, case_panels
from app.core.access.permissions import Permission, clauses
from app.core.database.seeds import reference_lists
from app.core.persons.places import person_places
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task
from app.messages import outbox


def init_app(app: Flask) -> None:
    """Register the rooms, the first themes and subjects, and the way in."""
    from app.referrals import guichet, reminders
    from app.referrals.coverage import routes as coverage
    from app.referrals.directory import policies, routes, seeds
    from app.referrals.directory.antennes import routes as antennes
    from app.referrals.directory.experts import persons
    from app.referrals.directory.experts import routes as experts
    from app.referrals.directory.subjects import routes as subjects
    from app.referrals.files import routes as files
    from app.referrals.needs import policies as need_policies
    from app.referrals.needs import queries as needs
    from app.referrals.needs import routes as need_routes
    from app.referrals.needs.sheet import routes as sheets
    from app.referrals.routing import queries as routing_queries
    from app.referrals.routing import routes as routing
    from app.referrals.routing import trials

    clauses.fill(policies.RULES)
    clauses.fill(need_policies.RULES)
    _init_links(app)
    _init_sending(app)
    routing_queries.loads.fill(needs.open_counts)
    trials.past_needs.fill(needs.past_needs)
    reference_lists.fill(seeds.plant)
    person_places.fill(persons.PLACE)
    rooms = (routes, antennes, experts, subjects, routing, coverage, files, need_routes, sheets)  # fmt: skip
    for room in rooms:
        app.register_blueprint(room.blueprint)
    _init_quality(app)
    for item in (
        pages.NavigationItem(36, "Besoins", "needs.index", Permission.NEED_READ),
        pages.NavigationItem(37, "Annuaire", "directory.index", Permission.DIRECTORY_READ),
    ):
        pages.navigation.fill(item)
    guichet.init_app(app)
    reminders.init_app(app)


def _init_links(app: Flask) -> None:
    """Experts without an account are reached by a link."""
    from app.referrals.links import mailing, routes, services
    from app.referrals.needs import telling

    telling.write_outside.fill(services.send_first)
    telling.message_outside.fill(services.tell_of_message)
    telling.remind_outside.fill(services.remind)
    telling.withdrawn_outside.fill(services.tell_withdrawn)
    telling.heard.fill(services.follow)
    outbox.settled.fill(mailing.forget)
    outbox.refused.fill(mailing.tell_refused)
    clock.schedule(Task.LINKS_SWEEP, "17 * * * *")
    app.register_blueprint(routes.blueprint)


def _init_quality(app: Flask) -> None:
    """What comes in is checked and counted, with what firms said of it; regions open."""
    from app.referrals import openings, quality
    from app.referrals.guichet.following import queries as following
    from app.referrals.quality.figures import queries as figures

    quality.init_app(app)
    openings.init_app(app)
    figures.firms_said.fill(following.said_since)


def _init_sending(app: Flask) -> None:
    """What an accompagnement shows of the needs sent from it, and what follows their answers."""
    from app.referrals.needs import telling
    from app.referrals.sending import hearing, panels, policies, presenters, routes

    clauses.fill(policies.RULES)
    telling.heard.fill(hearing.hear)
    presenters.register()
    case_panels.fill(CasePanel("referrals/sending/_panel_needs.html", panels.of_case))
    left_open.fill(panels.left_open)
    obstacles.fill(panels.obstacle)
    app.register_blueprint(routes.blueprint)
    pages.navigation.fill(
        pages.NavigationItem(
            38, "Sans accord", "referral_sending.overrides", Permission.CONSENT_OVERRIDES_READ
        )
    )
