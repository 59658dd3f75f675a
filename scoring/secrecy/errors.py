"""What stops a publication: each error says in French why, and what to do."""

from __future__ import annotations

from scoring.errors import ScoringError


class SecrecyError(ScoringError):
    """Tables cannot be published."""


class UnfitCellsError(SecrecyError):
    """Cells that are not sums of atoms, or atoms that make no sense."""


class AlreadyToldError(SecrecyError):
    """What was published before gives back what must be masked now."""
