"""Codes with the French label that agents read."""

from enum import StrEnum


class LabelledEnum(StrEnum):
    """A stable code with the French label agents read."""

    label: str

    def __new__(cls, code: str, label: str = "") -> "LabelledEnum":
        """Build a member from its code and its label; the code alone is enough to look a member up."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """``(code, label)`` pairs, in declaration order, for a form field."""
        return [(member.value, member.label) for member in cls]
