"""The whole file, in the order in which an authority reads it, and the inventory beside it."""

import hashlib
import tomllib
from pathlib import Path

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.now import utcnow
from app.core.text.french import date_fr, datetime_fr, number_fr
from app.operations.homologation import components, datamap, powers, proofs
from app.operations.homologation.document import DossierPart, DossierTable, written
from app.operations.homologation.results import results
from config import ROOT, Config

DOSSIER, INVENTORY = "dossier.md", "composants.cdx.json"
UNSAID = "non renseigné"


def write(app: Flask, session: Session, folder: Path) -> tuple[Path, Path]:
    """Write the file and the inventory in ``folder``, which is created; return both. ``session`` must act for the system."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    version = version_of(ROOT)
    inventory = components.inventory(ROOT, version)
    parts = [
        _instance(app.config["VIGIE"], session, version),
        datamap.sources(),
        datamap.tables(session),
        powers.permissions(),
        powers.open_addresses(app),
        proofs.measures(ROOT),
        *results(session, app.config["VIGIE"]),
        _components(inventory),
    ]
    paths = folder / DOSSIER, folder / INVENTORY
    paths[0].write_text(written("Dossier d’homologation de Vigie", parts))
    paths[1].write_text(inventory)
    return paths


def version_of(root: Path) -> str:
    """Return the version of the tree at ``root``."""
    return str(tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"])


def _instance(config: Config, session: Session, version: str) -> DossierPart:
    server, migration = session.execute(
        text("select current_setting('server_version'), (select version_num from alembic_version)")
    ).one()
    until = config.homologation_until
    lines = [
        ("version de Vigie", version),
        ("migration de la base", migration),
        ("serveur PostgreSQL", server),
        ("adresse", config.public_url),
        ("réglages de production", "oui" if config.production else "non : instance privée"),
        ("entrée par ProConnect", config.proconnect_issuer or "non : comptes locaux"),
        ("éditeur", config.publisher or UNSAID),
        ("hébergement", config.hosting or UNSAID),
        ("sécurité : à qui écrire", config.security_contact or config.contact or UNSAID),
        ("homologation en vigueur jusqu’au", date_fr(until) if until else UNSAID),
    ]
    return DossierPart(
        title="L’instance",
        said=[
            (
                f"Écrit le {datetime_fr(utcnow())} par « flask --app wsgi instance homologation », d’après le code qui s’exécute et la "
                "base : rien n’y est saisi. Il se lit avec docs/homologation/, qui dit les menaces, les flux, la fiche du registre et "
                "les risques résiduels, et ne remplace ni l’analyse de risques de l’organisme, ni la décision de l’autorité."
            )
        ],
        table=DossierTable(headings=["rubrique", "valeur"], lines=lines),
    )


def _components(inventory: str) -> DossierPart:
    pinned, carried = components.count(ROOT)
    digest = hashlib.sha256(inventory.encode()).hexdigest()
    return DossierPart(
        title="Composants",
        said=[
            (
                f"{number_fr(pinned)} bibliothèques figées par leurs empreintes, {number_fr(carried)} dans les pages : {INVENTORY}, au "
                f"format CycloneDX 1.6 (SHA-256 {digest}). « make audit » demande lesquelles ont une faille connue."
            )
        ],
    )
