"""Codes with the French label that agents read; the class is shared with the data-science package."""

from scoring.vocabulary import LabelledEnum

__all__ = ["LabelledEnum"]
