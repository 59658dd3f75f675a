"""What stops a training or a scoring. The text of each is a French sentence that the data scientist
reads: it says what is wrong and what to mend.

They are ValueErrors: whoever only wants « it cannot be done » catches that.
"""

from __future__ import annotations


class ScoringError(ValueError):
    """A training or a scoring that cannot go on until a person mends something."""


class AsOfError(ScoringError):
    """The date comes before what is known."""


class UntrainableError(ScoringError):
    """The data cannot teach a model."""


class ModelFileError(ScoringError):
    """A model on disk that this code cannot use."""
