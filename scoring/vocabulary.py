"""Words that the web and the data-science package share: stable codes, each with the French label that agents read.

Nothing heavy is imported here, and nothing computed: whoever speaks of a level, on a page or in a
model, means this one.
"""

from __future__ import annotations

from enum import StrEnum


class LabelledEnum(StrEnum):
    """A stable code with the French label agents read."""

    label: str

    def __new__(cls, code: str, label: str = "") -> LabelledEnum:
        """Build a member from its code and its label; looking a member up needs the code alone."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """``(code, label)`` pairs, in the order of declaration, for a form field."""
        return [(member.value, member.label) for member in cls]


class Level(LabelledEnum):
    """The level of an alert. A table writes no alert as a missing value, the portal as ``none``."""

    ELEVEE = "elevee", "Alerte élevée"
    MODEREE = "moderee", "Alerte modérée"
    NONE = "none", "Pas d’alerte"
