"""What every measure asks of its tables before it counts anything."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.impact.errors import (
    NoControlError,
    NoTreatedError,
    TooFewEventsError,
    UnfitTableError,
)
from scoring.impact.results import Floats, Mask

#: failures below which no rate is given (docs/adr/0055)
FEWEST_EVENTS: Final = 5


def numbers(values: npt.ArrayLike, *, name: str) -> Floats:
    """Return finite numbers. Raises UnfitTableError."""
    found = np.asarray(values, dtype=float)
    if not np.isfinite(found).all():
        raise UnfitTableError(
            f"« {name} » a des valeurs manquantes ou infinies : complétez ces lignes, ou écartez-les."
        )
    return found


def table(values: npt.ArrayLike, *, rows: int) -> Floats:
    """Return covariates with `rows` rows; a single column may be flat. Raises UnfitTableError."""
    found = np.asarray(values, dtype=float)
    found = found[:, None] if found.ndim == 1 else found
    same_length(found, rows=rows, name="covariables")
    if np.isinf(found).any():
        raise UnfitTableError("Une covariable est infinie : corrigez-la, ou écartez-la.")
    return found


def flags(values: npt.ArrayLike, *, name: str) -> Mask:
    """Return booleans. Raises UnfitTableError for anything but 0 and 1."""
    found = numbers(values, name=name)
    if not np.isin(found, (0.0, 1.0)).all():
        raise UnfitTableError(f"« {name} » doit dire oui ou non à chaque ligne.")
    return np.asarray(found == 1.0)


def same_length(*tables: npt.NDArray[np.generic], rows: int, name: str) -> None:
    """Raise UnfitTableError unless every table has `rows` rows."""
    if any(len(each) != rows for each in tables):
        raise UnfitTableError(
            f"« {name} » n’a pas autant de lignes que les autres tableaux : donnez une valeur par ligne."
        )


def weights(values: npt.ArrayLike | None, *, rows: int) -> Floats:
    """Return weights, 1 when none are given. Raises UnfitTableError for one that is negative."""
    if values is None:
        return np.ones(rows)
    found = numbers(values, name="poids")
    same_length(found, rows=rows, name="poids")
    if (found < 0).any():
        raise UnfitTableError("Un poids est négatif : un poids dit pour combien compte une ligne.")
    return found


def two_groups(treated: Mask) -> None:
    """Raise NoTreatedError or NoControlError unless there are both."""
    if not treated.any():
        raise NoTreatedError(
            "Aucune entreprise accompagnée : il n’y a pas d’effet à mesurer. Élargissez la période ou le territoire."
        )
    if treated.all():
        raise NoControlError(
            "Aucune entreprise sans accompagnement : il n’y a personne à qui comparer. Élargissez la population."
        )


def enough_events(outcome: Floats) -> None:
    """Raise TooFewEventsError when outcomes are 0 or 1 and either is rarer than `FEWEST_EVENTS`."""
    if not np.isin(outcome, (0.0, 1.0)).all():
        return
    if min(outcome.sum(), (1 - outcome).sum()) < FEWEST_EVENTS:
        raise TooFewEventsError(
            "Trop peu de défaillances (ou de survies) pour un taux : aucun chiffre n’est donné. "
            "Attendez, ou réunissez plusieurs périodes ou territoires."
        )
