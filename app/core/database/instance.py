"""Creating an instance and describing it: ``flask --app wsgi instance``; one that is not whole runs nothing."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import files
from app.core.access.identity import system_identity
from app.core.database import endpoints, seeds
from app.core.database.cluster import is_passed_through, local_cluster
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.logging import get_logger
from app.extensions import db
from config import ROOT, Config

logger = get_logger(__name__)

group = AppGroup("instance", help="Préparer et décrire l’instance.")

#: what `status` counts, in words
COUNTED = {"agent": "agents", "company": "entreprises", "establishment": "établissements", "detection_list": "listes",
           "support_case": "accompagnements", "visit": "visites", "comment": "commentaires", "label": "étiquettes"}  # fmt: skip
#: notes, in a home, a restore that did not reach its end: nothing but another restore runs there
MARK = "restauration.json"
HALF_MARK = f"{MARK}.half"
#: the commands of `instance` that may run in a marked place
ALLOWED = {"restore", "rehearse", "stop"}


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(group)


def close_files(home: Path) -> None:
    """Close to the rest of the machine what the instance keeps, as far as its first level; log what was open."""
    opened = files.close_top(home, through=is_passed_through(home))
    if opened:
        logger.warning("files were open to others", closed=[path.name for path in opened])


def restoring(home: Path) -> dict[str, Any] | None:
    """What the restore in progress, or killed, noted of itself."""
    try:
        return dict(json.loads((home / MARK).read_text()))
    except FileNotFoundError:
        return None


def mark_restoring(home: Path, facts: dict[str, Any]) -> None:
    """Mark the place, on the disk before anything else is."""
    half = home / HALF_MARK
    with half.open("w") as file:
        file.write(json.dumps(facts))
        file.flush()
        os.fsync(file.fileno())
    half.replace(home / MARK)


def unmark_restoring(home: Path) -> None:
    """The restore is over, and was tried."""
    (home / MARK).unlink()


def require_finished(home: Path, command: Sequence[str]) -> None:
    """Raise `DomainError` in a marked place, unless ``command``, the words of the process, is a restore."""
    if restoring(home) is None or ("instance" in command and ALLOWED & set(command)):
        return
    raise DomainError(
        f"Restauration inachevée dans {home} : cette instance n’est pas entière, rien n’y est servi ni écrit. "
        "Relancez « flask --app wsgi instance restore SAUVEGARDE » : elle reprendra du début."
    )


def prepare(config: Config) -> str:
    """Create what the instance lacks (database, roles, migrations, reference lists) and return where the server is."""
    database = endpoints.prepare(config)
    upgrade()
    with unit_of_work(system_identity("Préparation de l’instance")) as session:
        seeds.plant(session)
    return database.place


@group.command("create")
def create() -> None:
    """Prépare une instance vide : base, rôles, migrations, listes de référence."""
    config: Config = current_app.config["VIGIE"]
    config.require_journal_key()
    click.echo(f"Instance prête : {prepare(config)}")
    _say_closed(config.home)


@group.command("status")
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON.")
def status(as_json: bool) -> None:
    """Dit où est l’instance et ce qu’elle contient."""
    config: Config = current_app.config["VIGIE"]
    expected = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    with unit_of_work(system_identity("État de l’instance")) as session:
        revision = session.scalar(text("select version_num from alembic_version"))
        counts = _counts(session) if revision == expected else {}
    facts = {
        "home": str(config.home),
        "database": current_app.config["VIGIE_ENDPOINTS"].place,
        "migration": revision,
        "is_current": revision == expected,
        "contains": counts,
    }
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _sentences(facts, counts))
    _say_closed(config.home)


def _say_closed(home: Path) -> None:
    """Close every file of the instance; say how many others could read."""
    opened = files.close_all(home, through=is_passed_through(home))
    if opened:
        click.echo(
            f"{len(opened)} fichiers ou dossiers étaient ouverts à d’autres comptes de la machine : ils sont refermés."
            f" Le premier : {opened[0]}",
            err=True,
        )


def _counts(session: Session) -> dict[str, int]:
    return {
        label: session.scalar(text(f"select count(*) from {table}")) or 0
        for table, label in COUNTED.items()
    }


def _sentences(facts: dict[str, object], counts: dict[str, int]) -> str:
    values = {"dossier": facts["home"], "base": facts["database"], "migration": facts["migration"]}
    if not facts["is_current"]:
        values["migration"] = f"{facts['migration']}, en retard : flask --app wsgi instance create"
    return "\n".join(
        f"{label.capitalize():<16}: {value}" for label, value in {**values, **counts}.items()
    )


@group.command("stop")
def stop() -> None:
    """Arrête le PostgreSQL embarqué de l’instance."""
    config: Config = current_app.config["VIGIE"]
    if not config.is_embedded:
        click.echo("L’instance utilise un serveur PostgreSQL extérieur : rien à arrêter.")
        return
    db.engine.dispose()
    local_cluster(config.home).stop()
    click.echo("PostgreSQL embarqué arrêté.")
