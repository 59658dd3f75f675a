"""``flask --app wsgi imports …``: import partner files and decide what becomes of a batch."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError, NotFoundError
from app.imports import queries, services
from app.imports.models import Decision
from app.imports.services import FileAccount
from scoring.data.sources.report import FileReport
from scoring.data.store import LakeStoreError

group = AppGroup("imports", help="Importer les fichiers des partenaires.")

IMPORTS = system_identity("Imports")


@group.command("load")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON par fichier.")
@click.option("--dry-run", is_flag=True, help="Lire et comparer, sans rien garder ni publier.")
def load(directory: Path, *, as_json: bool, dry_run: bool) -> None:
    """Importe les fichiers partenaires de DIRECTORY : publiés ensemble ou pas du tout."""
    from app.imports.intake import pipeline
    from scoring.data.importing import told_ignored

    if dry_run:
        _rehearse(directory, as_json=as_json)
        return
    with _reported_errors():
        outcome = pipeline.load(IMPORTS, directory=directory, home=_home())
    for account in outcome.accounts:
        click.echo(
            json.dumps(account.as_dict(), ensure_ascii=False) if as_json else _summary(account)
        )
    for sentence in told_ignored(outcome.unrecognised):
        click.echo(sentence, err=True)
    if outcome.error is not None:
        raise click.ClickException(
            f"Lot refusé, les données précédentes restent en place.\n{outcome.error}"
        )
    if outcome.waits:
        click.echo(
            f"Lot {outcome.batch_id} lu, mais un contrôle est anormal : les données précédentes restent en"
            " place. Voyez la page Données, puis « imports publish » ou « imports abandon ».",
            err=True,
        )
    elif not as_json:
        published = f"Lot {outcome.batch_id} publié." if outcome.batch_id else "Rien de nouveau."
        click.echo(published)


@group.command("settle")
def settle() -> None:
    """Met le lac en accord avec la base ; la première fois, l’envoie de cette machine dans VIGIE_LAKE_URL."""
    from app.imports.publication import publish

    with _reported_errors():
        lake = publish.settle(IMPORTS, home=_home())
    where = lake.store.url if lake.store else lake.root
    click.echo(
        f"Le lac est d’accord avec la base : {len(lake.manifest())} sources lues dans {where}."
    )


def _rehearse(directory: Path, *, as_json: bool) -> None:
    """Say what loading a directory would give; fail if it would be refused."""
    from app.imports.intake import rehearsal
    from scoring.data.importing import told_ignored

    with _reported_errors():
        found = rehearsal.rehearse(IMPORTS, directory=directory, home=_home())
    write = rehearsal.as_json if as_json else rehearsal.as_sentences
    for line in write(found):
        click.echo(line)
    for sentence in told_ignored(found.unrecognised):
        click.echo(sentence, err=True)
    if found.error is not None:
        raise click.ClickException(f"Ce lot serait refusé en entier.\n{found.error}")


def _command(name: str, kind: Decision, question: str, done: str, help_text: str) -> None:
    """Add a command that carries out a decision immediately."""

    @group.command(name, help=help_text)
    @click.argument("batch_id")
    @click.option("--reason", required=True, help="Pourquoi, en une phrase ; le journal la garde.")
    @click.option("--yes", is_flag=True, help="Ne pas demander de confirmation.")
    def decide(batch_id: str, *, reason: str, yes: bool) -> None:
        if not yes:
            click.confirm(question.format(batch_id), abort=True)
        _carry_out(batch_id, kind, reason)
        click.echo(done.format(batch_id))


_command(
    "publish", Decision.PUBLISH, "Publier le lot {} malgré ses contrôles ?", "Lot {} publié.",
    "Publie un lot qui attend une décision.",
)  # fmt: skip
_command(
    "abandon", Decision.ABANDON, "Abandonner le lot {} ?", "Lot {} abandonné.",
    "Abandonne un lot qui attend une décision.",
)  # fmt: skip
_command(
    "replay", Decision.REPLAY, "Relire les originaux du lot {} dans un nouveau lot ?", "Lot {} rejoué.",
    "Relit les originaux archivés d’un lot dans un nouveau lot.",
)  # fmt: skip
_command(
    "rollback", Decision.ROLLBACK, "Retirer le lot {} et revenir au précédent ?",
    "Lot {} retiré : le lot précédent est de nouveau lu.",
    "Retire un lot publié : le portail et les calculs reviennent au lot précédent.",
)  # fmt: skip


def _carry_out(batch_id: str, kind: Decision, reason: str) -> None:
    from app.imports.intake import decisions

    with _reported_errors():
        with unit_of_work(IMPORTS) as session:
            batch = queries.get_batch(session, IMPORTS, batch_id)
            decision = services.ask_decision(session, IMPORTS, batch, kind=kind, reason=reason)
            decision_id = decision.id
        decisions.carry_out(IMPORTS, decision_id=decision_id, home=_home())


@contextmanager
def _reported_errors() -> Iterator[None]:
    """Report in one sentence an error that the operator can fix."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(error.message) from error
    except LakeStoreError as error:
        raise click.ClickException(str(error)) from error
    except NotFoundError as error:
        raise click.ClickException("Aucun lot ne porte ce nom.") from error


def _home() -> Path:
    home: Path = current_app.config["VIGIE"].home
    return home


def _summary(account: FileAccount) -> str:
    name = account.received.name
    if account.report.error:
        return f"{name} : refusé. {account.report.error}"
    if account.waits_in:
        return f"{name} : déjà reçu, attend une décision (lot {account.waits_in})."
    if account.already_received:
        return f"{name} : déjà importé."
    return _counts(name, account.report)


def _counts(name: str, report: FileReport) -> str:
    return (
        f"{name} : {report.rows} lignes, {report.valid} valides, {report.rejected} rejetées,"
        f" {report.outside} hors périmètre, {report.duplicates} en double{report.details}"
    )
