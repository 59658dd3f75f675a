"""Training a model of the instance: labels out of the portal, data out of the lake, a version into the register."""

import json
import shutil
import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from app.core.errors import DomainError
from app.core.identity import system_identity
from app.core.logging import get_logger
from app.core.unit_of_work import unit_of_work
from app.imports.publication import settle
from app.labels.export import write_labels
from app.models_registry import queries, services, trials
from app.models_registry.models import ModelVersion
from scoring import artifacts, drift, features, predict
from scoring import train as learning
from scoring.artifacts import TrainedModel
from scoring.errors import ModelFileError, ScoringError
from scoring.lake import Lake

logger = get_logger(__name__)

#: the bins of drift, in the directory of the model
REFERENCE = "drift.json"
ACTOR = system_identity("Entraînement du modèle")
#: what the page of the model shows, out of the model's own metadata
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
)
#: quarters whose features and scores are the reference of drift: a year, so that a season is no drift
REFERENCE_QUARTERS = 4


def train(
    home: Path, *, as_of: date, seed: int = 1, settings: learning.Settings | None = None
) -> ModelVersion:
    """Train on what was known on ``as_of`` and register the version.

    Raise `DomainError` when the published data cannot teach a model.
    """
    models = home / "models"
    labels = models / f"labels-{as_of.isoformat()}.parquet"
    with unit_of_work(ACTOR) as session:
        write_labels(session, labels, known_before=as_of)
    # Named by its digest once whole: a killed training leaves no version behind.
    attempt = models / f".training-{uuid.uuid4().hex}"
    try:
        model = _train(home, attempt, as_of=as_of, labels=labels, seed=seed, settings=settings)
        _write_reference(Lake(home / "lake"), model, attempt, as_of=as_of)
        sha256 = str(model.metadata["model_sha256"])
        directory = models / sha256[:16]
        if not directory.exists():
            attempt.rename(directory)
    finally:
        shutil.rmtree(attempt, ignore_errors=True)
    with unit_of_work(ACTOR) as session:
        version = services.register(
            session,
            ACTOR,
            directory=str(directory.relative_to(home)),
            sha256=sha256,
            trained_as_of=as_of,
            metrics={name: model.metadata[name] for name in SHOWN if name in model.metadata},
        )
        session.expunge(version)
    trials.measure(home, version.id)
    return version


def _write_reference(lake: Lake, model: TrainedModel, directory: Path, *, as_of: date) -> None:
    """Fix the bins of drift beside the model: what it reads and says over the year it was trained in."""
    last = pd.date_range(end=as_of, periods=REFERENCE_QUARTERS, freq="QS")
    table = features.panel(lake, last)
    table["p18"] = predict.score(model, table)["p18"]
    bins = drift.reference_bins(table)
    (directory / REFERENCE).write_text(json.dumps(bins), encoding="utf-8")


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
            settings=replace(chosen, champion=chosen.champion or _champion(home)),
        )
    except ScoringError as error:
        raise DomainError(
            f"Les données connues au {as_of:%d/%m/%Y} ne suffisent pas à entraîner un modèle. {error}"
        ) from error


def _champion(home: Path) -> TrainedModel | None:
    """The model in service, to be measured on the same rows; `None` when there is none or it cannot be read."""
    with unit_of_work(ACTOR) as session:
        version = queries.find_champion(session)
        place = (home / version.directory, version.sha256) if version else None
    if place is None:
        return None
    try:
        return artifacts.load(place[0], sha256_expected=place[1])
    except (ModelFileError, OSError) as error:
        logger.warning("champion not measured", exc_info=error)
        return None
