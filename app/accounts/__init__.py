"""Agents, sign-in, and the confidentiality commitment enforced before any page that shows a firm."""

from flask import Flask
from flask_security import SQLAlchemyUserDatastore

from app.core import http
from app.core.permissions import declare
from app.core.seeds import declare as declare_seed
from app.extensions import db, security


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.accounts import cli, models, policies, proconnect_routes, routes
    from app.accounts import seeds as account_seeds

    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the algorithm
        SECURITY_PASSWORD_LENGTH_MIN=15,
        # The session only; tokens in URLs or headers are not a way in.
        SECURITY_TOKEN_AUTHENTICATION_HEADER=None,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
    )
    datastore = SQLAlchemyUserDatastore(db, models.Agent, models.AccountRole)
    security.init_app(app, datastore, register_blueprint=False)
    declare(policies.RULES)
    declare_seed(account_seeds.plant)
    http.show_when_signed_out(routes.signed_out_page)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(proconnect_routes.blueprint)
    app.cli.add_command(cli.group)
    app.before_request(routes.demand_commitment)
