"""What stops a measure of impact: each error says in French why no figure is given, and what to do."""

from __future__ import annotations

from scoring.errors import ScoringError


class ImpactError(ScoringError):
    """No figure of impact can be given."""


class UnfitTableError(ImpactError):
    """Arrays of different lengths, values that are missing or out of range."""


class NoTreatedError(ImpactError):
    """Nobody was supported."""


class NoControlError(ImpactError):
    """Everybody was supported."""


class NoOverlapError(ImpactError):
    """Supported firms have no comparable firm among the others."""


class TooFewEventsError(ImpactError):
    """Failures are too rare for a rate, let alone a difference of rates."""


class NotMaturedError(ImpactError):
    """The cohort has not been observed until its horizon."""


class ManipulatedCutError(ImpactError):
    """The cut was moved by hand, or scores were moved across it."""


class TooNearTheCutError(ImpactError):
    """Too few firms on one side of the cut to fit anything."""
