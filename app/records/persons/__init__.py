"""Rights of natural persons: what each asks, in how long it is answered, what is theirs among what Vigie holds, what is done of it."""

from flask import Flask

from app.accounts.own.presenters import AccountPage, account_pages
from app.core.access.permissions import Permission, clauses
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the register and its rooms."""
    from app.records.persons import policies, routes
    from app.records.persons.files import routes as file_routes
    from app.records.persons.finding import routes as finding_routes

    clauses.fill(policies.RULES)
    for room in (routes, finding_routes, file_routes):
        app.register_blueprint(room.blueprint)
    account_pages.fill(
        AccountPage(
            44, "Demandes de personnes", "person_requests.index", "accès, rectification, opposition : une réponse est due en un mois",
            Permission.PERSON_REQUEST_KEEP,
        )
    )  # fmt: skip
    clock.schedule(Task.PERSONS_NIGHT, "50 3 * * *")
