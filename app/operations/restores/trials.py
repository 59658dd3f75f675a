"""Whether what was restored is what was backed up, and serves: rows, rules, journal, a sign-in, a page."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import psycopg
from flask import current_app
from psycopg import sql

from app.audit.keeping import chain, seals
from app.core.database.endpoints import Endpoints
from app.core.front.addresses import path_to
from app.core.now import utcnow
from app.core.text.french import number_fr
from app.core.work.jobs import conninfo
from app.operations.sets import contents, programs
from app.operations.sets.manifest import Manifest
from config import Config

#: differences told by name
TOLD = 5
PROTECTED = """
    select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
    and relrowsecurity and has_table_privilege(oid, 'select') order by relname
"""


@dataclass(frozen=True, kw_only=True)
class RestoreTrial:
    """What was tried: whether it went well, what is told of it, seconds it took."""

    name: str
    passed: bool
    told: str
    seconds: float


class FailedTrialError(Exception):
    """What is not as it should be, in French."""


def timed(name: str, attempt: Callable[[], str]) -> RestoreTrial:
    """Try something; ``attempt`` returns what to tell, or raises `FailedTrialError`."""
    began = time.monotonic()
    try:
        told, passed = attempt(), True
    except FailedTrialError as error:
        told, passed = str(error), False
    return RestoreTrial(
        name=name, passed=passed, told=told, seconds=round(time.monotonic() - began, 2)
    )


def try_contents(config: Config, urls: Endpoints, manifest: Manifest) -> list[RestoreTrial]:
    """Compare what was restored with the manifest; nothing is written."""
    access = programs.full_access(config, urls)
    with access.connect() as connection:
        return [
            timed("Lignes de chaque table", lambda: _rows(connection, manifest)),
            timed("Sécurité des lignes et droits", lambda: _rules(connection, urls, manifest)),
            timed("Sans identité, aucune ligne", lambda: nothing_without_context(urls)),
            timed("Chaîne et scellés du journal", lambda: journal_is_intact(config, urls)),
        ]


def _rows(connection: "psycopg.Connection[Any]", manifest: Manifest) -> str:
    here = contents.rows_of_tables(connection)
    names = sorted({*here, *manifest.tables})
    wrong = [
        f"{name} : {here.get(name, 'absente')} au lieu de {manifest.tables.get(name, 'absente')}"
        for name in names
        if here.get(name) != manifest.tables.get(name)
    ]
    if wrong:
        raise FailedTrialError(f"{len(wrong)} tables diffèrent. {' ; '.join(wrong[:TOLD])}")
    return (
        f"{number_fr(sum(here.values()))} lignes dans {len(here)} tables, comme dans la sauvegarde."
    )


def _rules(connection: "psycopg.Connection[Any]", urls: Endpoints, manifest: Manifest) -> str:
    if contents.rules_digest(connection, urls.app_role) != manifest.rules:
        raise FailedTrialError(
            "Politiques, droits ou déclencheurs ne sont pas ceux de la sauvegarde."
        )
    if connection.info.server_version // 10_000 != manifest.postgresql:
        return (
            "Politiques, droits et déclencheurs sont là ; ce que disent les politiques n’est pas comparé, "
            f"la sauvegarde venant d’un PostgreSQL {manifest.postgresql}."
        )
    if contents.conditions_digest(connection) != manifest.conditions:
        raise FailedTrialError(
            "Des politiques ne disent pas ce qu’elles disaient dans la sauvegarde."
        )
    return "Politiques, droits et déclencheurs sont ceux de la sauvegarde."


def nothing_without_context(urls: Endpoints) -> str:
    """Read each protected table as nobody."""
    with psycopg.connect(conninfo(urls.app_url)) as connection:
        tables = [name for (name,) in connection.execute(PROTECTED).fetchall()]
        if not tables:
            raise FailedTrialError("Aucune table n’est protégée.")
        shown = []
        for name in tables:
            query = sql.SQL("select exists (select from {})").format(sql.Identifier(name))
            if connection.execute(query).fetchone() == (True,):
                shown.append(name)
    if shown:
        raise FailedTrialError(f"Lisibles sans identité : {', '.join(shown[:TOLD])}.")
    return f"{len(tables)} tables protégées ne montrent rien."


def journal_is_intact(config: Config, urls: Endpoints) -> str:
    """Walk the journal, from its first line to its head, with its seals."""
    try:
        file = seals.read(seals.file_of(config.home))
        with psycopg.connect(conninfo(urls.require_owner_url()), autocommit=True) as connection:
            key, today = config.require_journal_key(), utcnow().date()
            walk = chain.verify(connection, file, key=key, today=today)
    except (chain.BrokenError, seals.UnreadableSealsError) as error:
        raise FailedTrialError(f"Journal rompu : {error}") from None
    return f"Journal intact : {number_fr(walk.lines)} lignes, {number_fr(len(walk.seals))} scellés."


def try_page() -> str:
    """Ask the application for the page of sign-in, as a browser would."""
    config: Config = current_app.config["VIGIE"]
    answer = current_app.test_client().get(path_to("accounts.sign_in"), base_url=config.public_url)
    if answer.status_code != HTTPStatus.OK:
        raise FailedTrialError(f"La page de connexion répond {answer.status_code}.")
    return "La page de connexion est servie."
