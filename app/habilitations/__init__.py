"""Networks, zones and habilitations: who may read which nature of data, where, until when."""

from flask import Flask

from app.core import web
from app.core.permissions import declare
from app.core.seeds import declare as declare_seed


def init_app(app: Flask) -> None:
    """Plug the domain in: from the session of a request to its identity."""
    from app.habilitations import (  # noqa: F401 - declares the tables
        cli,
        impersonation,
        impersonation_routes,
        models,
        session,
    )
    from app.habilitations import seeds as reference_lists

    declare(impersonation.RULES)
    declare_seed(reference_lists.plant)
    app.register_blueprint(impersonation_routes.blueprint)
    app.before_request(impersonation_routes.refuse_writes)
    app.cli.add_command(cli.group)
    web.identify_with(session.signed_in_identity)
