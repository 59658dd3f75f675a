"""Networks, zones and habilitations: who may read which nature of data, where, until when."""

from flask import Flask

from app.accounts import recognition
from app.core import web
from app.core.seeds import declare as declare_seed


def init_app(app: Flask) -> None:
    """Plug the domain in: from the session of a request to its identity."""
    from app.habilitations import cli, entrance, models, session  # noqa: F401 - declares the tables
    from app.habilitations import seeds as reference_lists

    declare_seed(reference_lists.plant)
    app.cli.add_command(cli.group)
    recognition.expect(entrance.is_expected)
    web.identify_with(session.signed_in_identity)
