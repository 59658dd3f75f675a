"""The error that stops a benchmark."""

from __future__ import annotations


class BenchmarkError(ValueError):
    """The panel or the request cannot be measured; the message is in French, for the user."""
