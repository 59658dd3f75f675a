"""What a check measures on a batch, and the bounds that judge it, declared in `quality.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scoring.vocabulary import CheckLevel

RULE_FILE = Path(__file__).with_name("quality.yaml")


@dataclass(frozen=True)
class QualityCheck:
    """A check: French label, unit of its measure (`share`, `months`), bounds above which it warns."""

    label: str
    unit: str
    orange: float
    red: float

    def level(self, measure: float, *, rows: int) -> CheckLevel:
        """Judge a measure taken over `rows` lines."""
        few = self.unit == "share" and rows < rules().few_lines
        if measure > self.red and not few:
            return CheckLevel.RED
        return CheckLevel.ORANGE if measure > self.orange else CheckLevel.GREEN


@dataclass(frozen=True)
class QualityRules:
    """The checks in force, by name."""

    version: int
    few_lines: int
    codes_at_most: int
    checks: dict[str, QualityCheck]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check measured on a source; `before` and `now` are in the unit of the check, or counts."""

    source: str
    check: str
    level: CheckLevel
    measure: float
    before: float | None = None
    now: float | None = None
    detail: str | None = None


@cache
def rules() -> QualityRules:
    """Read the checks in force."""
    content = yaml.safe_load(RULE_FILE.read_text(encoding="utf-8"))
    return QualityRules(
        version=content["version"],
        few_lines=content["few_lines"],
        codes_at_most=content["codes_at_most"],
        checks={name: QualityCheck(**check) for name, check in content["checks"].items()},
    )


def judged(source: str, check: str, measure: float, *, rows: int, **details: Any) -> Finding:
    """Judge a measure taken over `rows` lines; `details` are the other fields of the finding."""
    level = rules().checks[check].level(measure, rows=rows)
    return Finding(source=source, check=check, level=level, measure=measure, **details)
