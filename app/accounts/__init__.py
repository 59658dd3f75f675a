"""Agents, their sessions and factors, and the confidentiality commitment required before any page that shows a firm.

- ``commitment``: the confidentiality commitment: its text is versioned, and a signature is valid for three months.
- ``persons``: what is found of an agent who exercises their rights.
- ``seeds``: the roles an account may hold.
"""

from flask import Flask
from flask_security import SQLAlchemyUserDatastore

from app.core.access.permissions import clauses
from app.core.database.seeds import reference_lists
from app.core.persons.places import person_places
from app.core.web import answers
from app.core.work import clock
from app.core.work.tasks import Task
from app.extensions import db, security
from app.messages import alarms, outbox
from app.messages.troubles import queries as troubles


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.accounts import cli, models, persons, policies, queries, routes
    from app.accounts import seeds as account_seeds
    from app.accounts.own import factor_routes
    from app.accounts.own import routes as account_routes
    from app.accounts.proconnect import routes as proconnect_routes
    from app.accounts.sessions import cookie, gates

    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the algorithm
        # Only sessions authenticate; tokens in URLs or headers do not.
        SECURITY_TOKEN_AUTHENTICATION_HEADER=None,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        # Flask-Login would mark each new session as not fresh, and have it written again.
        SESSION_PROTECTION=None,
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        # Its commands would change accounts and roles without a line in the journal: `accounts` and `habilitations` do.
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
    )
    datastore = SQLAlchemyUserDatastore(db, models.Agent, models.AccountRole)
    # For its hashes and its codes only: its views declare no policy, as each of our routes must.
    security.init_app(app, datastore, register_blueprint=False)
    app.session_interface = cookie.BrowserSessions()
    clauses.fill(policies.RULES)
    person_places.fill(persons.PLACE)
    outbox.address_of.fill(queries.find_address)
    alarms.administrators.fill(queries.list_administrators)
    troubles.names_of.fill(queries.find_names)
    reference_lists.fill(account_seeds.plant)
    clock.schedule(Task.ACCOUNTS_PURGE, "7 * * * *")
    answers.signed_out_page.fill(routes.signed_out_page)
    for blueprint in (
        routes.blueprint,
        account_routes.blueprint,
        factor_routes.blueprint,
        proconnect_routes.blueprint,
    ):
        app.register_blueprint(blueprint)
    app.cli.add_command(cli.group)
    app.before_request(gates.require_second_factor)
    app.before_request(gates.require_commitment)
