"""What was last tried on the instance: backups, drills, checks, and how the service stands now."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.core.text.french import datetime_fr, number_fr
from app.operations import presenters, queries
from app.operations.checks.every import look
from app.operations.checks.findings import Looked
from app.operations.homologation.document import DossierPart, DossierTable
from app.operations.watch import queries as watching
from app.operations.watch.presenters import rows
from config import Config


def results(session: Session, config: Config) -> Sequence[DossierPart]:
    """Return what was tried, and what came of it. ``session`` must act for the system."""
    return [_service(session, config), _checks(session, config), _drills(session), _backups(session)]  # fmt: skip


def _service(session: Session, config: Config) -> DossierPart:
    read = watching.read(session, config)
    lines = [(row.label, row.state, row.told, row.todo) for row in rows(read, watching.list_things(session))]  # fmt: skip
    return DossierPart(
        title="État du service",
        said=[f"Tel que lu le {datetime_fr(read.moment)}."],
        table=DossierTable(headings=["point", "état", "constat", "à faire"], lines=lines),
    )


def _checks(session: Session, config: Config) -> DossierPart:
    found = look(Looked(config=config, session=session))
    return DossierPart(
        title="Contrôle de l’instance",
        said=["Ce que répond « flask --app wsgi instance check » ; sans ligne, rien ne manque."],
        table=DossierTable(
            headings=["gravité", "constat", "à faire"],
            lines=[(finding.gravity.label, finding.told, finding.remedy) for finding in found],
        ),
    )


def _drills(session: Session) -> DossierPart:
    lines = [
        (datetime_fr(drill.asked_at), drill.state.label, row["age"], row["seconds"], trials)
        for drill in queries.list_drills(session)
        for row in presenters.drill_rows([drill])
        for trials in [_trials(drill.trials)]
    ]
    return DossierPart(
        title="Vérifications des sauvegardes",
        said=["Chacune rétablit la dernière sauvegarde dans une instance à jeter, par la commande d’un exploitant."],
        table=DossierTable(
            headings=["demandée", "résultat", "âge de la sauvegarde", "remise en service", "essais"],
            lines=[[str(cell) for cell in line] for line in lines],
        ),
    )  # fmt: skip


def _trials(trials: Sequence[dict[str, object]]) -> str:
    passed = sum(1 for trial in trials if trial["passed"])
    return f"{number_fr(passed)} sur {number_fr(len(trials))}"


def _backups(session: Session) -> DossierPart:
    lines = [
        [str(row[name]) for name in ("moment", "state", "size", "rows", "seconds")]
        for row in presenters.backup_rows(queries.list_backups(session))
    ]
    return DossierPart(
        title="Sauvegardes",
        said=["Chiffrées, les clés à part ; le manifeste est signé."],
        table=DossierTable(headings=["moment", "état", "taille", "lignes", "durée"], lines=lines),
    )
