"""Whether a model can be trained on the data, checked before hours are spent, and what is missing
from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from scoring.dictionary.feature import Feature
from scoring.dictionary.numbers import is_missing
from scoring.errors import AsOfError, UntrainableError
from scoring.learning import splits
from scoring.learning.splits import Blocks

PARTS = {"train": "d’apprentissage", "calibration": "de calibration", "test": "de test"}
REMEDY = "Publiez un historique plus long ou davantage d’entreprises, puis relancez l’entraînement."


def require_history(start: pd.Timestamp, as_of: pd.Timestamp) -> None:
    """Raise AsOfError when the data begin after `as_of`."""
    if start > as_of:
        raise AsOfError(
            f"Rien n’est connu au {as_of:%d/%m/%Y} : les cotisations ne commencent qu’en "
            f"{start:%m/%Y}. Choisissez une date plus tardive."
        )


def require_trainable(parts: Mapping[str, pd.DataFrame], rows: pd.DataFrame, cut: Blocks) -> None:
    """Raise UntrainableError, with the reason, when a hazard cannot be fitted.

    `parts`: role -> snapshots (siren, as_of, …); `rows`: training intervals (siren, as_of, y).
    """
    for name, label in PARTS.items():
        if parts[name].empty:
            days = getattr(cut, name)
            raise UntrainableError(
                f"Aucune entreprise {label} entre le {days[0]:%d/%m/%Y} et le {days[-1]:%d/%m/%Y}. {REMEDY}"
            )
    early, watched = splits.stopping(rows, cut)
    window = f"entre le {cut.train[0]:%d/%m/%Y} et le {cut.frozen_on:%d/%m/%Y}"
    if not watched.any():
        raise UntrainableError(
            f"Aucune entreprise de surveillance {window} : rien ne dit quand arrêter d’apprendre. {REMEDY}"
        )
    failed = rows.loc[early, "y"].astype(bool)
    if not failed.any():
        raise UntrainableError(
            f"Aucune ouverture de procédure n’est connue {window} parmi les entreprises "
            f"d’apprentissage : un modèle n’a rien à apprendre. Vérifiez les procédures collectives. {REMEDY}"
        )
    held = splits.folds(rows.loc[early, "siren"][failed])
    if cut.is_crossfitted and sum(held.isin(group).any() for group in splits.GROUPS) < 2:
        raise UntrainableError(
            f"Trop peu d’entreprises sont en procédure {window} : chacune doit être prédite par un modèle qui ne "
            f"l’a pas vue, et sans elles il n’en resterait aucune. {REMEDY}"
        )
    if failed.all():
        raise UntrainableError(
            f"Toutes les entreprises d’apprentissage sont en procédure {window} : sans entreprise qui "
            f"continue, rien ne les distingue. Vérifiez le périmètre et les procédures collectives."
        )


def missing_features(learning: pd.DataFrame, registry: Sequence[Feature]) -> list[str]:
    """Return one French sentence for each feature missing from training; empty when none is."""
    return [
        f"« {feature.full_label} » n’est jamais connu dans l’apprentissage : le modèle ne le lit pas."
        for feature in registry
        if _is_unknown(learning[feature.name])
    ]


def _is_unknown(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column):
        return bool(column.isna().all())
    return bool(column.map(is_missing).all())
