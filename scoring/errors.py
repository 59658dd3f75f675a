"""The errors that stop training or scoring. The message of each is a French sentence for the data
scientist: what is wrong and how to fix it.

They are ValueErrors, for callers that do not tell them apart.
"""

from __future__ import annotations


class ScoringError(ValueError):
    """Training or scoring cannot continue until a person fixes something."""


class SettingValueError(ScoringError):
    """A setting of the environment is not one of its values."""


class AsOfError(ScoringError):
    """The date precedes the data."""


class UntrainableError(ScoringError):
    """A model cannot be trained on the data."""


class ModelFileError(ScoringError):
    """The model on disk cannot be used by this code."""
