"""The thresholds of each source.

INSEE’s manual for the protection of tables, chapter on rules: fewer than three units, or one above 85 %; fewer than eleven
for tax data of natural persons (DGFiP). Confirm them with whoever owns the data: conventions may be stricter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class SecrecyRule:
    """fewest: firms that a cell needs. dominance: largest share of one firm in its total."""

    fewest: int = 3
    dominance: float = 0.85

    def is_sensitive(self, *, units: int, total: float, largest: float) -> bool:
        """Return whether a cell must be masked; an empty one names nobody."""
        return 0 < units < self.fewest or (total > 0 and largest > self.dominance * total)


FIRMS: Final = SecrecyRule()
TAX_OF_PERSONS: Final = SecrecyRule(fewest=11)
