"""The partners' files: one declaration a source, shared mechanics to read them."""

from __future__ import annotations

from scoring.data.sources.base import Source
from scoring.data.sources.errors import SourceError
from scoring.data.sources.loading import Setting, load_file
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.report import FileReport

__all__ = [
    "SOURCES",
    "FileReport",
    "Setting",
    "Source",
    "SourceError",
    "load_file",
]
