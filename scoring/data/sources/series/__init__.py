"""Monthly series declared in YAML: one file a series, no code.

`<name>.yaml` holds the fields of `Series`; the partner's file, `<name>….csv` or `serie_<name>….csv`,
is a table with the identifier, the month (`AAAA-MM`, `MM/AAAA` or a day of the month) and the value. Declarations are read from this
directory and from the one named by the environment variable `VIGIE_SERIES`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from scoring.data.sources.base import Layout, Source, SourceColumn
from scoring.data.sources.base import field as cell
from scoring.data.sources.control_keys import luhn_siren, luhn_siret
from scoring.data.sources.layouts import separated
from scoring.data.sources.parse import amount, day, identifier, month
from scoring.vocabulary import Nature, Openness, Theme

SHIPPED = Path(__file__).parent
ELSEWHERE = "VIGIE_SERIES"
DIGITS = {"siren": 9, "siret": 14}
THEMES = tuple(theme.value for theme in Theme)
NATURES = tuple(nature.value for nature in Nature if nature in {theme.nature for theme in Theme})
UNITS = ("euros", "employees", "count", "share")


class SeriesError(Exception):
    """A declaration cannot be used; the message is in French and names its file."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """A monthly indicator of firms (`siren`) or establishments (`siret`).

    `nature` is the one an agent needs a right for, None when public. `monotone` constrains how the
    risk moves when the value grows: -1 (falls), 0 (free), 1 (rises). A value is known `lag_days`
    after the end of its month. `columns` renames the columns of the file.
    """

    name: str
    label: str
    key: str
    unit: str
    theme: str
    lag_days: int
    nature: str | None = None
    monotone: int = 0
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """The file of the series: siren or siret, month, value, known_at."""
        headers = {self.key: self.key, "month": "mois", "value": "valeur", **self.columns}
        columns: tuple[SourceColumn, ...] = (
            identifier(self.key, headers[self.key], digits=DIGITS[self.key]),
            day("month", headers["month"], value=month(cell(headers["month"]))),
            amount("value", headers["value"], label="valeur"),
        )
        return Source(
            name=self.name,
            title=self.label,
            nature=Nature(self.nature) if self.nature else Openness.PUBLIC,
            patterns=(rf"(serie_)?{self.name}.*\.(csv|xlsx)",),
            separator=";",
            columns=columns,
            others=separated(Layout(";", columns), ","),
            key=(self.key, "month"),
            known_at=f"last_day(month) + {self.lag_days}",
            covers="month",
            warnings=(luhn_siren() if self.key == "siren" else luhn_siret(),),
        )


def read_declarations(folder: Path) -> dict[str, Series]:
    """Read the declarations of a directory, by name.

    Raises SeriesError when one of them is not a series, FileNotFoundError when there is no directory.
    """
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    every = [_series(path) for path in sorted(folder.glob("*.yaml"))]
    return {series.name: series for series in every}


def _series(path: Path) -> Series:
    try:
        series = Series(name=path.stem, **yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, TypeError) as error:
        raise SeriesError(f"{path.name} : déclaration illisible ({error}).") from error
    fault = _fault(series)
    if fault:
        raise SeriesError(f"{path.name} : {fault}.")
    return series


def _fault(series: Series) -> str | None:
    """Return in French what is wrong with a declaration, None when nothing is."""
    allowed: dict[str, tuple[Any, ...]] = {
        "key": tuple(DIGITS),
        "unit": UNITS,
        "theme": THEMES,
        "nature": (None, *NATURES),
        "monotone": (-1, 0, 1),
    }
    for name, values in allowed.items():
        if getattr(series, name) not in values:
            return f"« {name} » vaut {getattr(series, name)!r}, attendu : {', '.join(map(str, values))}"
    if not re.fullmatch("[a-z][a-z0-9_]*", series.name):
        return "le nom du fichier est fait de minuscules, de chiffres et de « _ »"
    if not isinstance(series.label, str) or not series.label:
        return "« label » est vide"
    if not isinstance(series.lag_days, int) or series.lag_days < 0:
        return "« lag_days » est un nombre de jours"
    if set(series.columns) - {series.key, "month", "value"}:
        return f"« columns » ne nomme que {series.key}, month et value"
    return None


def _all() -> dict[str, Series]:
    elsewhere = os.environ.get(ELSEWHERE)
    return {
        **read_declarations(SHIPPED),
        **(read_declarations(Path(elsewhere)) if elsewhere else {}),
    }


SERIES: dict[str, Series] = _all()
