"""Networks, zones and habilitations: who may read which nature of data, where, until when, and who decided it."""

from flask import Flask

from app.accounts.proconnect import recognition
from app.core.access.permissions import Permission, declare
from app.core.database.seeds import declare as declare_seed
from app.core.web import pages as web
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Plug the domain in: from the session of a request to its identity, and the life of rights."""
    from app.habilitations import (
        cli,
        entrance,
        pages,
        policies,
    )
    from app.habilitations.agents import routes as _agents  # noqa: F401 - adds to the blueprint
    from app.habilitations.impersonation import routes as impersonation_routes
    from app.habilitations.impersonation import services
    from app.habilitations.networks import routes as _networks  # noqa: F401 - adds to the blueprint
    from app.habilitations.reference import seeds as reference_lists
    from app.habilitations.requests import routes as _requests  # noqa: F401 - adds to the blueprint
    from app.habilitations.reviews import routes as _reviews  # noqa: F401 - adds to the blueprint
    from app.habilitations.rights import routes as _rights  # noqa: F401 - adds to the blueprint

    declare(policies.RULES)
    declare(services.RULES)
    declare_seed(reference_lists.plant)
    app.register_blueprint(impersonation_routes.blueprint)
    app.before_request(impersonation_routes.hold_back)
    app.cli.add_command(cli.group)
    recognition.expect(entrance.is_expected)
    web.identify_with(entrance.signed_in_identity)
    app.register_blueprint(pages.blueprint)
    web.add_navigation(
        web.NavigationItem(80, "Habilitations", "habilitations.index", Permission.HABILITATION_READ)
    )
    clock.schedule(Task.HABILITATIONS_MIDNIGHT, "5 0 * * *")
    clock.schedule(Task.HABILITATIONS_REMINDERS, "0 7 * * *")
