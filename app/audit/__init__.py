"""The journal: its screens, seals, verification and purge, and the detection of unusual reading.

- ``persons``: what is found in it of a person who exercises their rights.
"""

from flask import Flask

from app.accounts.own.presenters import AccountPage, account_pages
from app.core.access.permissions import Permission, clauses
from app.core.persons.places import person_places
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.audit import cli, persons
    from app.audit.keeping import models as _models  # noqa: F401 - declares the tables
    from app.audit.reading import policies, presenters, reader_routes, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(reader_routes.blueprint)
    app.add_template_filter(presenters.label_of, "event_label")
    app.add_template_filter(presenters.summary_of, "journal_summary")
    app.add_template_filter(presenters.iso_day, "iso_day")
    app.add_template_filter(presenters.reason_label, "reason_label")
    app.add_template_test(presenters.is_out_of_zone, "out_of_zone")
    app.cli.add_command(cli.group)
    for place in persons.PLACES:
        person_places.fill(place)
    pages.navigation.fill(
        pages.NavigationItem(60, "Journal", "audit.index", Permission.JOURNAL_READ)
    )
    account_pages.fill(
        AccountPage(20, "Mes accès", "readers.own", "ce que j’ai lu, exporté et écrit")
    )
    clock.schedule(Task.AUDIT_PREPARE, "40 1 * * *")
    # After midnight in UTC, summer and winter: the day that it seals is over.
    clock.schedule(Task.AUDIT_SEAL, "10 2 * * *")
    clock.schedule(Task.AUDIT_PURGE, "30 3 2 * *")
    clock.schedule(Task.AUDIT_WATCH, "*/10 * * * *")
