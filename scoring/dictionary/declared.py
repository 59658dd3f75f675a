"""Monthly series declared in YAML: the last figure of each and its change over a year.

Every series declared in `scoring.data.sources.series` gets its features here, without code: theme,
nature, unit, label and sign are those of its declaration. They are missing until it is first
imported.
"""

from __future__ import annotations

from typing import Final

from scoring.data.sources.series import SERIES, Series
from scoring.dictionary.feature import Feature
from scoring.vocabulary import Nature, Theme, Unit

#: braces and brackets mean something in a template
ESCAPED: Final = str.maketrans({"{": "{{", "}": "}}", "[": "(", "]": ")"})


def _features(series: Series) -> tuple[Feature, ...]:
    label = series.label.translate(ESCAPED)
    last = Feature(
        name=f"series_last_{series.name}",
        theme=Theme(series.theme),
        unit=Unit(series.unit),
        source=series.name,
        sentence=f"{label} : {{value}}",
        label=series.label,
        nature=Nature(series.nature) if series.nature else None,
        monotone=series.monotone,
    )
    change = Feature(
        name=f"series_change_{series.name}",
        theme=last.theme,
        unit=Unit.SHARE,
        source=last.source,
        sentence=f"{label} : {{move}} sur un an",
        label=f"{series.label} sur un an",
        nature=last.nature,
        # the change grows with the last figure, so both have the same sign
        monotone=last.monotone,
    )
    missing = Feature(
        name=f"series_missing_{series.name}",
        variable=last.name,
        theme=last.theme,
        unit=Unit.FLAG,
        source=last.source,
        sentence=f"{label} : dernier mois absent",
        label=f"{series.label}, dernier mois absent",
        nature=last.nature,
    )
    return last, change, missing


FEATURES: Final = tuple(feature for series in SERIES.values() for feature in _features(series))
