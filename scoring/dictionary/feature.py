"""The vocabulary of the registry: what a feature is, its theme and unit, the sentence that agents read of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from scoring.dictionary.numbers import euros_in_short, is_missing, written
from scoring.dictionary.phrases import ALARMING, STILL, UNALARMING, fill
from scoring.vocabulary import Nature, Theme, Unit

#: the suffixes of derived features in the registry, and their French labels
DERIVED: Final = re.compile(r"_(?P<how>lag|mean|slope|)(?P<months>\d+)m?$")
HOW: Final = {
    "lag": "il y a {months} mois",
    "mean": "moyenne sur {months} mois",
    "slope": "pente sur {months} mois",
    "": "sur {months} mois",
}


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One column of the feature table.

    `variable` groups a level with its lags, means and slopes: agents read one sentence per
    variable, built from the feature that has the variable's name. `sentence` is a template of
    `scoring.dictionary.phrases`; `zero`, `one` and `negative` replace it for such values, and `absent`
    when the value is missing: an empty one says that nothing is lacking. `past` names the same quantity
    some months ago, `beside` the features that the sentence says too, `origin` the value from which a
    change is counted, `rise_is_good` marks a change of which a fall is what one would fear, `labels` the words
    of each category. `monotone` is the sign imposed on the model.
    """

    name: str
    theme: Theme
    unit: Unit
    source: str
    sentence: str
    zero: str = ""
    one: str = ""
    negative: str = ""
    absent: str = "{label} : donnée absente"
    label: str = ""
    variable: str = ""
    nature: Nature | None = None
    monotone: int = 0
    past: tuple[tuple[int, str], ...] = ()
    beside: tuple[Feature, ...] = ()
    origin: float = 0.0
    rise_is_good: bool = False
    labels: Mapping[str, str] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        if not self.variable:
            object.__setattr__(self, "variable", self.name)
        if not self.label:
            object.__setattr__(self, "label", self.sentence.split(" : ")[0])

    @property
    def is_categorical(self) -> bool:
        """True for text columns, which the model reads as categories."""
        return self.unit is Unit.TEXT

    @property
    def is_head(self) -> bool:
        """True for the feature that represents its variable."""
        return self.name == self.variable

    @property
    def full_label(self) -> str:
        """The label of the variable; for a lag, a mean or a slope, which one."""
        suffix = DERIVED.search(self.name)
        if self.is_head or suffix is None:
            return self.label
        return f"{self.label} ({HOW[suffix['how']].format(months=suffix['months'])})"

    def derived(
        self, suffix: str, *, unit: Unit | None = None, monotone: int | None = None
    ) -> Feature:
        """Return a lag, mean or slope of this feature: same variable, theme, nature and source."""
        return replace(
            self,
            name=f"{self.name}_{suffix}",
            variable=self.variable,
            unit=unit or self.unit,
            monotone=self.monotone if monotone is None else monotone,
            past=(),
        )

    def value_in(self, row: Mapping[str, object]) -> str:
        """Return its known value for one firm, written; a category in the words of its nomenclature."""
        value = row[self.name]
        if self.labels is not None:
            return self.labels.get(str(value), str(value))
        if self.unit is Unit.EUROS:
            return euros_in_short(float(str(value)))
        return written(value, unit=self.unit)

    def sentence_for(self, row: Mapping[str, object]) -> str:
        """Return the French sentence for one firm's values; the `absent` one when the value is missing."""
        value = row[self.name]
        if is_missing(value):
            return self.absent.format(label=self.label)
        template = self.sentence if self.is_categorical else self._template(float(str(value)))
        return fill(template, self, row)

    def explained(self, row: Mapping[str, object], *, contribution: float) -> str:
        """Return the sentence for one firm; where its weight in the model goes against what one would expect, say so."""
        sentence, value = self.sentence_for(row), row[self.name]
        if not self.rise_is_good or is_missing(value) or not contribution:
            return sentence
        change = float(str(value)) - self.origin
        if abs(change) < STILL or (change > 0) is (contribution < 0):
            return sentence
        return sentence + (UNALARMING if contribution < 0 else ALARMING)

    def _template(self, number: float) -> str:
        if number == 0 and self.zero:
            return self.zero
        if number == 1 and self.one:
            return self.one
        return self.negative if number < 0 and self.negative else self.sentence
