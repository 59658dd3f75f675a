"""A trained model on disk: `model.cbm`, `metadata.json` and what goes with them, tied by a manifest verified on loading."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from catboost import CatBoostClassifier, CatBoostError

from scoring.features import REGISTRY, Feature, select
from scoring.learning import held_out, manifest, splits
from scoring.learning.calibrate import Calibration
from scoring.learning.hazard import INTERVAL
from scoring.learning.held_out import LeftOut
from scoring.learning.manifest import REMEDY, CorruptModelError, OtherVersionError
from scoring.learning.thresholds import Thresholds

MODEL: Final = "model.cbm"
METADATA: Final = "metadata.json"
FORMAT: Final = 1  # of both files; a model without a format has the first


@dataclass(frozen=True, kw_only=True)
class TrainedModel:
    """A hazard with what scoring needs: calibration, thresholds, and metadata (plain JSON values);
    `left_out`: the models that stand for its recipe when it is judged.
    """

    booster: CatBoostClassifier
    calibration: Calibration
    thresholds: Thresholds
    metadata: Mapping[str, Any]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def judged(self) -> tuple[LeftOut, ...]:
        """What is judged in place of the model: its recipe, without the firms that it is judged on. A
        model without it is judged itself, on the test fold it never learnt from.
        """
        tested = frozenset({splits.TEST_FOLD})
        alone = LeftOut(folds=tested, booster=self.booster, calibration=self.calibration)
        return self.left_out or (alone,)

    @property
    def tested_folds(self) -> frozenset[int]:
        """The folds of the firms that its recipe is judged on."""
        known = self.metadata.get("blocks", {}).get("is_crossfitted", False)
        everyone = frozenset[int]().union(*(model.folds for model in self.judged))
        return everyone if known else frozenset({splits.TEST_FOLD})

    @property
    def registry(self) -> tuple[Feature, ...]:
        """The features the model reads, in its order. Raises UnknownFeatureError when one no longer
        exists in the code.
        """
        return select(self.metadata["features"])

    @property
    def thread_count(self) -> int:
        """The pinned number of threads: another one would give other scores."""
        return int(self.metadata["params"]["thread_count"])


def save(model: TrainedModel, directory: Path) -> TrainedModel:
    """Write the model, and return it with `model_sha256` in its metadata. The manifest is written last:
    a model without it does not exist. Whoever adds a file to the directory writes it again.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / MODEL
    for booster in (model.booster, *(each.booster for each in model.left_out)):
        _stamp(booster, model.metadata)
    model.booster.save_model(str(path))
    metadata = {**plain(model.metadata), "format": FORMAT, "model_sha256": sha256(path)}
    metadata["left_out"] = held_out.save(model.left_out, directory)
    text = json.dumps(metadata, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    (directory / METADATA).write_text(text + "\n", encoding="utf-8")
    manifest.write(directory)
    return TrainedModel(
        booster=model.booster,
        calibration=model.calibration,
        thresholds=model.thresholds,
        metadata=metadata,
        left_out=model.left_out,
    )


def load(directory: Path, *, expected: str | None = None) -> TrainedModel:
    """Read a model back, every file of it verified. `expected`: the digest of its manifest, as registered.

    Raises CorruptModelError when any file is not the one that was saved, OtherVersionError when this
    code cannot score with the model, and OSError when there is none.
    """
    files = manifest.read(directory, expected=expected)
    try:
        metadata = json.loads(files[METADATA])
        recorded, booster = metadata["model_sha256"], files[MODEL]
    except (ValueError, LookupError, TypeError) as error:
        raise CorruptModelError(f"{METADATA} est illisible. {REMEDY}") from error
    if recorded != hashlib.sha256(booster).hexdigest():
        raise CorruptModelError(
            f"{METADATA} décrit un autre modèle : son empreinte sha256 n’est pas celle de {MODEL}. {REMEDY}"
        )
    return _read(files, metadata)


def _read(files: Mapping[str, bytes], metadata: Mapping[str, Any]) -> TrainedModel:
    if metadata.get("format", FORMAT) != FORMAT:
        raise _other(f"son format est le n° {metadata['format']}, celui d’ici le n° {FORMAT}")
    booster, known = CatBoostClassifier(), {feature.name for feature in REGISTRY}
    try:
        gone = [name for name in metadata["features"] if name not in known]
        if gone:
            raise _other(f"il lit des variables qui ne sont plus calculées ({', '.join(gone)})")
        booster.load_model(blob=files[MODEL])
        if booster.feature_names_ != [*metadata["features"], INTERVAL]:
            raise _other("ses colonnes ne sont pas celles qu’il déclare")
        return TrainedModel(
            booster=booster,
            calibration=Calibration(**metadata["calibration"]),
            thresholds=Thresholds(**metadata["thresholds"]),
            metadata=metadata,
            left_out=held_out.load(
                files, metadata.get("left_out", []), columns=metadata["features"]
            ),
        )
    except (CatBoostError, LookupError, TypeError) as error:
        raise _other(f"il ne se lit pas ({error})") from error


def _other(why: str) -> OtherVersionError:
    return OtherVersionError(f"Ce modèle vient d’une autre version de Vigie : {why}. {REMEDY}")


def _stamp(booster: CatBoostClassifier, metadata: Mapping[str, Any]) -> None:
    """Replace what CatBoost takes from the clock, so that the same training gives the same bytes; a
    mean of models has it for each.
    """
    inside = booster.get_metadata()
    values = {
        "model_guid": str(metadata["data_fingerprint"]),
        "train_finish_time": str(metadata["as_of"]),
    }
    for key in list(inside.keys()):
        name = key.rpartition(":")[2]
        if name in values:
            inside[key] = values[name]


def plain(value: Any) -> Any:
    """Return the same content for JSON: a number that could not be computed (NaN) becomes null."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def sha256(path: Path) -> str:
    """Return the hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
