"""The error of a file that cannot be read at all."""

from __future__ import annotations


class SourceError(Exception):
    """A file is refused entirely; the message is in French and says what to do."""
