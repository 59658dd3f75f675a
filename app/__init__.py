"""Vigie: a secure social network for public agents, centred on firms.

- ``extensions``: unbound extension objects; the factory binds them.
"""

import sys
from dataclasses import replace
from importlib import import_module

from app import extensions
from app.core import logging, metrics
from app.core.access import matrix
from app.core.database import endpoints, instance
from app.core.database.replica import reading
from app.core.database.unit_of_work import TransactionalFlask
from app.core.front import serving
from app.core.server import traffic
from app.core.slots import Slot
from app.core.text import french
from app.core.web import answers, pace, pages, requests, sendings
from app.core.web.files import uploads
from app.core.work import cli, jobs
from config import ROOT, Config
from config.web import flask_settings

#: from the lowest layer to the highest: a domain imports only those before it
DOMAINS = (
    "messages",
    "accounts",
    "habilitations",
    "values",
    "companies",
    "unlocks",
    "imports",
    "labels",
    "models_registry",
    "detections",
    "trainings",
    "network",
    "watching",
    "cases",
    "deadlines",
    "interlocutors",
    "visits",
    "audit",
    "impact",
    "label_store",
    "operations",
    "campaigns",
    "sittings",
    "exchanges",
    "referrals",
    "openlab",
    "evidence",
    "transparency",
    "search",
    "records",
    "portal",
    "demo",
)


#: in the order in which each sees a request
CORE = (
    traffic,
    requests,
    answers,
    pages,
    uploads,
    sendings,
    french,
    metrics,
    instance,
    jobs,
    cli,
    matrix,
    pace,
)

#: what PostgreSQL allows a page; jobs and commands take the time they need. A page reads a few rows of an index that is in
#: memory: nothing worth compiling for, nor the price of a disk that seeks.
PAGE_LIMITS = (
    "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=300s"
    " -c jit=off -c random_page_cost=1.1"
)


def create_app(config: Config | None = None, *, serves: bool = False) -> TransactionalFlask:
    """Build the application: bind the extensions, set up the core, then let each domain plug itself in.

    ``serves``: for the web process; it does not know the owner of the tables, and its statements are limited in time.
    """
    config = config or Config.from_env(serves=serves)
    instance.require_finished(config.home, sys.argv)
    Slot.empty_all()
    logging.configure(production=config.production)
    database = endpoints.endpoints(config)
    if serves:
        database = replace(database, owner_url=None)
        config = config.without_owner(database.app_url)
    app = TransactionalFlask(__name__, static_folder=None)
    app.config.from_mapping(flask_settings(config))
    app.config.update(
        SQLALCHEMY_DATABASE_URI=database.app_url, VIGIE_ENDPOINTS=database, SERVES_PAGES=serves
    )
    options = {
        "pool_size": 5,
        "max_overflow": 5,
        "pool_pre_ping": True,
        # An error shows the statement, never the agents' texts that were its parameters.
        "hide_parameters": True,
        "connect_args": {"options": PAGE_LIMITS} if serves else {},
    }
    app.config.update(SQLALCHEMY_ENGINE_OPTIONS=options)
    app.config.update(SQLALCHEMY_BINDS=reading.binds(database.read_url, options))
    instance.close_files(config.home)
    extensions.db.init_app(app)
    reading.init_app(app)
    extensions.migrate.init_app(
        app, extensions.db, directory=str(ROOT / "migrations"), compare_type=True
    )
    extensions.htmx.init_app(app)
    serving.init_app(app)
    # The requester is identified before the CSRF token is checked: a lost session is not a forged request.
    for core in CORE:
        core.init_app(app)
    extensions.csrf.init_app(app)
    for domain in DOMAINS:
        import_module(f"app.{domain}").init_app(app)
    app.check_policies()
    return app
