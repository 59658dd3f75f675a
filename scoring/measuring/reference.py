"""The reference of drift, stored with a model: features and scores over the year of its training.

A year of quarters, so that seasonal variations of the workforce are not drift.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from scoring import features
from scoring.data.lake import Tables
from scoring.learning import manifest, predict
from scoring.learning.artifacts import TrainedModel
from scoring.measuring import drift

REFERENCE: Final = "drift.json"
QUARTERS: Final = 4


def write(lake: Tables, model: TrainedModel, directory: Path, *, as_of: date) -> None:
    """Compute and store the bins of every feature and of the score, and list them in the manifest of the model."""
    table = features.panel(lake, pd.date_range(end=as_of, periods=QUARTERS, freq="QS"))
    table[drift.SCORE] = predict.score(model, table)[drift.SCORE]
    half = directory / f"{REFERENCE}.half"
    half.write_text(json.dumps(drift.reference_bins(table)), encoding="utf-8")
    half.replace(directory / REFERENCE)
    manifest.write(directory)


def read(directory: Path, *, expected: str | None = None) -> dict[str, Any]:
    """Return the bins of a model; empty when it has none.

    `expected`: the digest of its manifest. Raises CorruptModelError when a file of the model is not the one that was saved.
    """
    content = manifest.read(directory, expected=expected).get(REFERENCE)
    return json.loads(content) if content is not None else {}
