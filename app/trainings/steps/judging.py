"""Measure a model against the champion, on the same firms and quarters, for its gate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import utcnow
from app.imports.publication.place import lake_of
from app.labels.export import write_labels
from app.models_registry import decisions, queries, services
from app.models_registry.models import ModelVersion
from scoring import features
from scoring.data.lake import Lake
from scoring.learning import (
    artifacts,
    follow_up,
    hazard,
    histories,
    ipcw,
    leaving,
    predict,
    signs,
    splits,
)
from scoring.learning.artifacts import TrainedModel
from scoring.learning.follow_up import FollowUp
from scoring.measuring import evaluate, gate, trial
from scoring.measuring.gate import Condition, Recipe

Floats = npt.NDArray[np.float64]
ACTOR = system_identity("Mesure des modèles")
#: groups whose calibration is measured separately: categories of the registry, and their labels
SUBGROUPS: Final = {"size_class": "Taille", "department": "Département", "naf_division": "NAF"}
UNKNOWN_RECIPE: Final = Recipe(folds="inconnus", registry="inconnu", file_format="inconnue")


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What a trial needs from a version: its id, its directory and digest, its metrics in the register."""

    id: int
    directory: Path
    sha256: str
    metrics: Mapping[str, Any]

    def load(self) -> TrainedModel:
        """Return the model; raise `CorruptModelError`, or `OSError` when its file is missing."""
        return artifacts.load(self.directory, expected=self.sha256)

    @property
    def recipe(self) -> Recipe:
        """Return what it was trained with, as recorded at the time."""
        return gate.recipe_of(self.metrics) or UNKNOWN_RECIPE


def measure(
    home: Path, version_id: int, *, excuse: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """Measure a version against the champion, store its gate and return it; `None` for the champion itself.

    ``excuse``: what excuses a move of the scores (`decisions.excuse`).
    """
    with unit_of_work(ACTOR) as session:
        version = queries.get_version(session, version_id)
        champion = queries.find_champion(session)
        if champion is None or champion.id == version.id:
            return None
        as_of = version.trained_as_of
        labels = home / "models" / f"labels-{as_of.isoformat()}.parquet"
        write_labels(session, labels, known_before=as_of)
        pair = (_registered(home, version), _registered(home, champion))
    reason = decisions.excuse_sentence(excuse)
    conditions = _conditions(lake_of(home), *pair, labels=labels, psi_reason=reason)
    measures = {
        "champion": pair[1].id,
        "conditions": gate.plain(conditions),
        "is_open": gate.is_open(conditions),
        "measured_at": utcnow().isoformat(),
        "excuse": dict(excuse) if excuse else None,
    }
    with unit_of_work(ACTOR) as session:
        services.keep_gate(session, version_id, measures)
    return measures


def _registered(home: Path, version: ModelVersion) -> Registered:
    return Registered(
        id=version.id,
        directory=home / version.directory,
        sha256=version.sha256,
        metrics=version.metrics,
    )


def _conditions(
    lake: Lake, challenger: Registered, champion: Registered, *, labels: Path, psi_reason: str
) -> list[Condition]:
    """Return the conditions; a single one that says why when nothing can be measured."""
    try:
        models = challenger.load(), champion.load()
        table, ground = _ground(lake, *models, labels=labels)
        contender, baseline = (
            _contender(model, table, registered.recipe)
            for model, registered in zip(models, (challenger, champion), strict=True)
        )
        return trial.run(contender, baseline, ground, psi_reason=psi_reason)
    except (KeyError, OSError, ValueError) as error:
        return [
            Condition(
                name="measurable",
                sentence=f"Les deux modèles se mesurent sur les mêmes entreprises : {error}",
                value=None,
                bound="mesure possible",
                passed=False,
            )
        ]


def _ground(
    lake: Lake, challenger: TrainedModel, champion: TrainedModel, *, labels: Path
) -> tuple[pd.DataFrame, trial.TrialSetting]:
    """Return the challenger's test rows: its last matured quarters, the firms that the recipes of both can be
    judged on without having seen them, outcomes under IPCW.

    The weights follow who was supported, given the champion's risks as agents read them quarter by quarter: a
    challenger cannot choose where it is evaluated.
    """
    as_of = pd.Timestamp(challenger.metadata["as_of"]).date()
    history = histories.known(lake, as_of=as_of, labels=pd.read_parquet(labels))
    quarters = [pd.Timestamp(day) for day in challenger.metadata["blocks"]["test"]]
    table = features.panel(lake, quarters)
    matured = pd.to_datetime(table["as_of"]) + pd.DateOffset(months=follow_up.MAIN_HORIZON)
    mature = (
        follow_up.still_free(table, history)
        & _tested(challenger, table)
        & _tested(champion, table)
        & (matured <= history.admin_end)
    )
    table = table[mature].reset_index(drop=True)
    if table.empty:
        raise ValueError("aucune entreprise du test n’a encore son issue à 18 mois")
    outcomes = follow_up.outcomes(table, history, horizon=follow_up.MAIN_HORIZON)
    chance = _leaving(lake, champion, table, history, as_of=as_of)
    weights = ipcw.weights(outcomes, chance, horizon=follow_up.MAIN_HORIZON)
    rows = evaluate.judged(outcomes, weights)
    groups, supports = trial.groups_of(table, SUBGROUPS), gate.reading_of(history)
    return table, trial.TrialSetting(rows=rows, groups=groups, supports=supports)


def _leaving(
    lake: Lake, champion: TrainedModel, table: pd.DataFrame, history: FollowUp, *, as_of: date
) -> Floats:
    """Return the chance that each firm of ``table`` leaves, at each quarter from its snapshot on, given the champion's
    risk by a model that never saw it.
    """
    quarters = tuple(pd.date_range(table["as_of"].min(), as_of, freq="QS"))
    firms = set(table["siren"])

    def followed() -> Iterator[pd.DataFrame]:
        for panel in features.panels(lake, quarters):
            kept = panel[panel["siren"].isin(firms)].reset_index(drop=True)
            risks = predict.judged_risks(champion, kept)[:, follow_up.MAIN]
            yield kept.assign(**{leaving.READ: risks})

    horizon = follow_up.MAIN_HORIZON
    return leaving.chances(table, followed(), history, features.REGISTRY, horizon=horizon)


def _tested(model: TrainedModel, table: pd.DataFrame) -> pd.Series:
    """Return whether the recipe of a model is judged on each firm."""
    return splits.folds(table["siren"]).isin(model.tested_folds)


def _contender(model: TrainedModel, table: pd.DataFrame, recipe: Recipe) -> trial.Contender:
    """Return the recipe of a model on the test rows; the signs are those of the model in service itself."""
    sample = table.sample(min(signs.SAMPLE, len(table)), random_state=1)
    broken = hazard.monotone_violations(model.booster, sample, model.registry)
    return trial.Contender(
        risks=predict.judged_risks(model, table),
        monotone_violations=sum(broken.values()),
        recipe=recipe,
        supports=str(model.metadata.get("supports", "")),
    )
