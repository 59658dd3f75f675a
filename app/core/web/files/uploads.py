"""Uploaded files: limited in size, and identified by their content."""

import re
from enum import StrEnum
from pathlib import PurePosixPath

from flask import Flask, current_app, request

from app.core.access.guard import Policy, View
from app.core.access.permissions import permits
from app.core.access.rows import current_identity
from app.core.errors import DomainError
from app.core.text.bounds import writable
from app.core.web.files import office_documents
from app.core.web.requests import Request

LONGEST_NAME = 120
#: first bytes of an old office document, or of a new one protected by a password
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ARCHIVE = b"PK\x03\x04"
#: the part that makes an office document a workbook
WORKBOOK = "xl/workbook.xml"
MEGABYTE = 1024 * 1024


class FileKind(StrEnum):
    """The kinds of files that Vigie accepts, by extension."""

    CSV = "csv"
    XLSX = "xlsx"


def takes_large_files(view: View) -> View:
    """Let those who may use a view send it files as large as the configuration allows, written to disk as they arrive."""
    view.takes_large_files = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    """Raise the size limit of the requests that may be large: after identification, before anything reads a form."""
    app.before_request(_raise_limit)


def _raise_limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    policy = getattr(view, "policy", None)
    if not getattr(view, "takes_large_files", False) or not isinstance(policy, Policy):
        return
    if isinstance(request, Request) and permits(current_identity(), policy.permission):
        config = current_app.config["VIGIE"]
        request.max_content_length = config.upload_megabytes * MEGABYTE
        request.upload_folder = config.home


def check(content: bytes, *, name: str, limit: int) -> FileKind:
    """The kind of ``content``, at most ``limit`` bytes; raise `DomainError` saying why it is refused."""
    kind = _kind_of(name)
    if len(content) > limit:
        raise DomainError(
            f"Ce fichier dépasse {limit // MEGABYTE} Mo : réduisez-le, puis réessayez."
        )
    if not content:
        raise DomainError("Ce fichier est vide.")
    if not _holds(kind, content):
        raise DomainError(
            f"Ce fichier porte l’extension .{kind} mais contient autre chose : enregistrez-le au bon format, puis réessayez."
        )
    return kind


def shown_name(name: str) -> str:
    """``name`` without its folder or anything that cannot be shown on one line; never empty."""
    last = re.split(r"[/\\]", writable(name))[-1]
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    stem, suffix = PurePosixPath(plain).stem, PurePosixPath(plain).suffix[:10]
    return f"{stem[: LONGEST_NAME - len(suffix)].strip('. ') or 'fichier'}{suffix}"


def _kind_of(name: str) -> FileKind:
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    if suffix not in set(FileKind):
        extensions = ", ".join(f".{kind}" for kind in FileKind)
        raise DomainError(f"Choisissez un fichier d’un de ces formats : {extensions}.")
    return FileKind(suffix)


def _holds(kind: FileKind, content: bytes) -> bool:
    """Whether ``content`` is what its extension says."""
    if kind is FileKind.CSV:
        return _is_text(content)
    if content.startswith(COMPOUND):
        raise DomainError(office_documents.LOCKED)
    return content.startswith(ARCHIVE) and WORKBOOK in office_documents.check(content)


def _is_text(content: bytes) -> bool:
    """Whether ``content`` is only printable bytes, tabs and line ends: a program, an archive or a picture has others."""
    allowed = {9, 10, 13}
    return all(byte >= 32 or byte in allowed for byte in set(content))
