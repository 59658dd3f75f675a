"""Networks, zones and habilitations: who may read which nature of data, where, until when."""

from flask import Flask

from app.core import web
from app.core.seeds import declare as declare_seed


def init_app(_app: Flask) -> None:
    """Plug the domain in: from the session of a request to its identity."""
    from app.habilitations import models, session  # noqa: F401 - declares the tables
    from app.habilitations import seeds as reference_lists

    declare_seed(reference_lists.plant)
    web.identify_with(session.signed_in_identity)
