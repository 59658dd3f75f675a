"""The error of a file that cannot be read at all."""

from __future__ import annotations


class SourceError(Exception):
    """A whole file is refused; the message is French and says what to do."""
