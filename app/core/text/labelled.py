"""Codes with the French label that agents read, made as those that the portal shares with the data-science package."""

from scoring.vocabulary import LabelledEnum

__all__ = ["LabelledEnum"]
