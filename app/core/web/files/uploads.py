"""Uploaded files: limited in size, and identified by their content."""

import re
from collections.abc import Sequence
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
#: the part that makes an office document what its extension says
MAIN_PARTS = {
    "xlsx": "xl/workbook.xml",
    "docx": "word/document.xml",
    "pptx": "ppt/presentation.xml",
}
#: first bytes of each kind that has some
SIGNATURES = {
    "pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF",
}  # fmt: skip
#: what a PDF names when it does something by itself, or carries other files
ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|OpenAction|RichMedia)\b")
MEGABYTE = 1024 * 1024


class FileKind(StrEnum):
    """The kinds of files that Vigie accepts, by extension."""

    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    PPTX = "pptx"
    PDF = "pdf"
    PNG = "png"
    JPG = "jpg"
    JPEG = "jpeg"
    WEBP = "webp"


#: what is read as a table
TABLES = (FileKind.CSV, FileKind.XLSX)
#: what is joined to a text
DOCUMENTS = (
    FileKind.PDF, FileKind.PNG, FileKind.JPG, FileKind.JPEG, FileKind.WEBP, FileKind.DOCX, FileKind.XLSX, FileKind.PPTX,
)  # fmt: skip


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


def check(content: bytes, *, name: str, limit: int, kinds: Sequence[FileKind] = TABLES) -> FileKind:
    """The kind of ``content``, one of ``kinds``, at most ``limit`` bytes; raise `DomainError` saying why it is refused."""
    kind = _kind_of(name, kinds)
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


def _kind_of(name: str, kinds: Sequence[FileKind]) -> FileKind:
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    if suffix not in set(kinds):
        extensions = ", ".join(f".{kind}" for kind in kinds)
        raise DomainError(f"Choisissez un fichier d’un de ces formats : {extensions}.")
    return FileKind(suffix)


def _holds(kind: FileKind, content: bytes) -> bool:
    """Whether ``content`` is what its extension says."""
    if kind is FileKind.CSV:
        return _is_text(content)
    if kind in SIGNATURES:
        return _is_signed(kind, content)
    if content.startswith(COMPOUND):
        raise DomainError(office_documents.LOCKED)
    return content.startswith(ARCHIVE) and MAIN_PARTS[kind] in office_documents.check(content)


def _is_signed(kind: FileKind, content: bytes) -> bool:
    if kind is FileKind.PDF and ACTIVE_PDF.search(content):
        raise DomainError(office_documents.RUNS)
    if kind is FileKind.WEBP and content[8:12] != b"WEBP":
        return False
    return content.startswith(SIGNATURES[kind])


def _is_text(content: bytes) -> bool:
    """Whether ``content`` is only printable bytes, tabs and line ends: a program, an archive or a picture has others."""
    allowed = {9, 10, 13}
    return all(byte >= 32 or byte in allowed for byte in set(content))
