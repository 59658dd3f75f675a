"""The partners' files: one declaration a source, shared mechanics to read them."""

from __future__ import annotations

from scoring.sources.base import Source
from scoring.sources.errors import SourceError
from scoring.sources.importing import identify, import_directory
from scoring.sources.loading import Setting, load_file
from scoring.sources.registry import SOURCES
from scoring.sources.report import FileReport

__all__ = [
    "SOURCES",
    "FileReport",
    "Setting",
    "Source",
    "SourceError",
    "identify",
    "import_directory",
    "load_file",
]
