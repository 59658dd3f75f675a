"""Which firms the model scores well or badly: calibration and ranking by sector, size, département, and
visits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.learning.bootstrap import bootstrap
from scoring.learning.intervals import Ground, Law
from scoring.measuring.evaluate import JudgedRows, citl
from scoring.measuring.ranking import Ranking

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
ENOUGH: Final = 30  # failing firms; a smaller subgroup is not measured
DISCREET: Final = 3  # firms; a smaller subgroup is pooled with the others
OTHERS: Final = "autres"
VISITED: Final = "visited"  # column of the snapshots, when visits are known
UNKNOWN: Final = "inconnu"
#: sections of the NAF: last division, letter and name
SECTIONS: Final = (
    (3, "A – Agriculture"),
    (9, "B – Industries extractives"),
    (33, "C – Industrie manufacturière"),
    (35, "D – Énergie"),
    (39, "E – Eau et déchets"),
    (43, "F – Construction"),
    (47, "G – Commerce"),
    (53, "H – Transports et entreposage"),
    (56, "I – Hébergement et restauration"),
    (63, "J – Information et communication"),
    (66, "K – Finance et assurance"),
    (68, "L – Immobilier"),
    (75, "M – Activités spécialisées"),
    (82, "N – Services administratifs"),
    (84, "O – Administration publique"),
    (85, "P – Enseignement"),
    (88, "Q – Santé et action sociale"),
    (93, "R – Arts et spectacles"),
    (96, "S – Autres services"),
    (98, "T – Ménages employeurs"),
    (99, "U – Organismes extraterritoriaux"),
)
LAST_DIVISIONS: Final = [last for last, _ in SECTIONS]


def measure(
    part: pd.DataFrame, risk: Floats, rows: JudgedRows, counts: Sequence[Floats]
) -> dict[str, list[dict[str, Any]]]:
    """Return sector, size, department (and visit) -> one dict a value: value, rows, firms, failed_firms, citl, auc.

    The last two are bands over the draws `counts`, None with fewer than ENOUGH failing firms. Values
    with fewer than DISCREET firms are pooled. `part`: test snapshots aligned with `rows`.
    """
    return {
        name: [
            _described(value, mask, risk, rows, counts)
            for value, mask in _values(column, rows.siren)
        ]
        for name, column in _columns(part).items()
    }


def section(division: object) -> str:
    """Return the section of a two-digit NAF division; `inconnu` when it is not one."""
    text = str(division)
    if not text.isdigit() or not 1 <= int(text) <= LAST_DIVISIONS[-1]:
        return UNKNOWN
    return SECTIONS[bisect_left(LAST_DIVISIONS, int(text))][1]


def _columns(part: pd.DataFrame) -> dict[str, pd.Series]:
    columns = {
        "sector": part["naf_division"].map(section, na_action=None),
        "size": part["size_class"].fillna(UNKNOWN),
        "department": part["department"].fillna(UNKNOWN),
    }
    return columns | ({"visit": part[VISITED]} if VISITED in part else {})


def _values(column: pd.Series, sirens: npt.NDArray[np.object_]) -> Iterator[tuple[str, Mask]]:
    """Yield each value with the mask of its rows, in alphabetical order, the pooled ones last."""
    values = column.to_numpy(dtype=object)
    firms = pd.Series(sirens).groupby(values).nunique()
    rare = set(firms.index[firms < DISCREET])
    pooled = np.array([OTHERS if value in rare else value for value in values], dtype=object)
    for value in sorted(set(pooled), key=lambda each: (each == OTHERS, str(each))):
        yield str(value), pooled == value


def _described(
    value: str, mask: Mask, risk: Floats, rows: JudgedRows, counts: Sequence[Floats]
) -> dict[str, Any]:
    inside = mask & (rows.weight > 0)
    failed = len(set(rows.siren[inside & (rows.outcome > 0)]))
    description: dict[str, Any] = {
        "value": value,
        "rows": int(mask.sum()),
        "firms": len(set(rows.siren[mask])),
        "failed_firms": failed,
        "citl": None,
        "auc": None,
    }
    if failed < ENOUGH:
        return description
    outcome, scored = rows.outcome[inside], risk[inside]
    ranking = Ranking.of(scored, outcome)

    def both(weight: Floats) -> dict[str, dict[str, float]]:
        return {
            value: {
                "citl": citl(scored, outcome, weight=weight),
                "auc": ranking.auc(weight),
            }
        }

    grounds = {
        "citl": Ground(law=Law.RATIO, firms=failed),
        "auc": Ground(law=Law.LOGIT, firms=failed),
    }
    drawn = bootstrap(
        both,
        rows.weight[inside],
        [each[inside] for each in counts],
        firms=failed,
        grounds={value: grounds},
    )
    return description | drawn.bands()[value]
