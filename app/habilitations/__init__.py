"""Networks, zones and habilitations: who may read which nature of data, where, until when, and who decided it."""

from flask import Flask

from app.accounts import recognition
from app.core import clock, web
from app.core.permissions import Permission, declare
from app.core.seeds import declare as declare_seed


def init_app(app: Flask) -> None:
    """Plug the domain in: from the session of a request to its identity, and the life of rights."""
    from app.habilitations import (  # noqa: F401 - the routes add themselves to the blueprint
        agent_routes,
        cli,
        entrance,
        impersonation,
        impersonation_routes,
        jobs,
        network_routes,
        pages,
        policies,
        request_routes,
        review_routes,
        routes,
        session,
    )
    from app.habilitations import seeds as reference_lists

    declare(policies.RULES)
    declare(impersonation.RULES)
    declare_seed(reference_lists.plant)
    app.register_blueprint(impersonation_routes.blueprint)
    app.before_request(impersonation_routes.hold_back)
    app.cli.add_command(cli.group)
    recognition.expect(entrance.is_expected)
    web.identify_with(session.signed_in_identity)
    app.register_blueprint(pages.blueprint)
    web.add_navigation(
        web.NavigationItem(80, "Habilitations", "habilitations.index", Permission.HABILITATION_READ)
    )
    clock.schedule("habilitations:midnight", "5 0 * * *", jobs.midnight)
    clock.schedule("habilitations:reminders", "0 7 * * *", jobs.remind)
