"""Train a model of the instance: labels from the portal, data from the lake, a version into the register."""

import json
import shutil
import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.logging import get_logger
from app.detections.rules.queries import text_on
from app.imports.publication.publish import settle
from app.labels.export import write_labels
from app.models_registry import queries, services
from app.models_registry.models import ModelVersion
from app.trainings.steps import judging
from scoring import train as learning
from scoring.errors import ModelFileError, ScoringError
from scoring.features import REGISTRY
from scoring.learning import artifacts, manifest
from scoring.learning.artifacts import TrainedModel
from scoring.listing.rules import RuleSet
from scoring.listing.rules_file import RulesError, parse
from scoring.measuring import card
from scoring.measuring.reference import REFERENCE

logger = get_logger(__name__)

ACTOR = system_identity("Entraînement du modèle")
#: the part of the model's metadata that the page of the model shows
SHOWN = (
    "metrics",
    "report",
    "thresholds",
    "calibration",
    "counts",
    "blocks",
    "trees",
    "features",
    "params",
    "recipe",
    "degraded",
    "service",
)


def train(
    home: Path, *, as_of: date, seed: int = 1, settings: learning.Settings | None = None
) -> ModelVersion:
    """Train on what was known on ``as_of``, register the version and measure it against the champion.

    Raise `DomainError` when the published data are not enough to train a model.
    """
    attempt = home / "models" / f".training-{uuid.uuid4().hex}"
    try:
        learn(home, attempt, as_of=as_of, seed=seed, settings=settings)
        version = register(home, attempt, as_of=as_of)
    finally:
        shutil.rmtree(attempt, ignore_errors=True)
    judging.measure(home, version.id)
    return version


def learn(
    home: Path,
    attempt: Path,
    *,
    as_of: date,
    seed: int = 1,
    settings: learning.Settings | None = None,
) -> None:
    """Leave a complete model in ``attempt``, keeping one that is already there. Raise `DomainError`."""
    if manifest.is_complete(attempt, REFERENCE):
        return
    shutil.rmtree(attempt, ignore_errors=True)
    labels = home / "models" / f"labels-{as_of.isoformat()}.parquet"
    with unit_of_work(ACTOR) as session:
        write_labels(session, labels, known_before=as_of)
    _train(home, attempt, as_of=as_of, labels=labels, seed=seed, settings=settings)


def register(home: Path, attempt: Path, *, as_of: date) -> ModelVersion:
    """Move the model of ``attempt`` to a directory named by its digest, and add it to the register."""
    metadata = json.loads(manifest.read(attempt)[artifacts.METADATA])
    sha256 = manifest.digest(attempt)
    directory = home / "models" / sha256[:16]
    if not directory.exists():
        # Copied, so that a process killed here finds the attempt again.
        shutil.copytree(attempt, attempt.with_suffix(".whole"), dirs_exist_ok=True)
        attempt.with_suffix(".whole").rename(directory)
    with unit_of_work(ACTOR) as session:
        version = services.register(
            session,
            ACTOR,
            directory=str(directory.relative_to(home)),
            sha256=sha256,
            trained_as_of=as_of,
            metrics={
                "card": card.render(metadata),
                **{name: metadata[name] for name in SHOWN if name in metadata},
            },
        )
        session.expunge(version)
    return version


def _train(
    home: Path,
    out_dir: Path,
    *,
    as_of: date,
    labels: Path,
    seed: int,
    settings: learning.Settings | None,
) -> TrainedModel:
    lake = settle(ACTOR, home=home)
    if not lake.manifest():
        raise DomainError(
            "Aucune donnée partenaire n’est publiée : publiez un import avant d’entraîner un modèle."
        )
    chosen = settings or learning.Settings()
    try:
        return learning.train(
            lake,
            as_of=as_of,
            out_dir=out_dir,
            labels=pd.read_parquet(labels),
            seed=seed,
            settings=replace(
                chosen, champion=chosen.champion or _champion(home), rules=_rules(as_of)
            ),
        )
    except ScoringError as error:
        raise DomainError(
            f"Les données connues au {as_of:%d/%m/%Y} ne suffisent pas à entraîner un modèle. {error}"
        ) from error


def _rules(as_of: date) -> RuleSet:
    """Return the expert rules in force, to measure their effect; rules that this code cannot read count for nothing."""
    with unit_of_work(ACTOR) as session:
        written = text_on(session, as_of)
    try:
        return parse(written, REGISTRY)
    except RulesError as error:
        logger.warning("expert rules not measured", exc_info=error)
        return RuleSet()


def _champion(home: Path) -> TrainedModel | None:
    """Return the model in service, to be measured on the same rows; `None` when there is none or it cannot be read."""
    with unit_of_work(ACTOR) as session:
        version = queries.find_champion(session)
        place = (home / version.directory, version.sha256) if version else None
    if place is None:
        return None
    try:
        return artifacts.load(place[0], expected=place[1])
    except (ModelFileError, OSError) as error:
        logger.warning("champion not measured", exc_info=error)
        return None
