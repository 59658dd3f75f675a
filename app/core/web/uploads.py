"""Uploaded files: limited in size, identified by their content, stored out of reach, returned only as attachments."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

import puremagic
from flask import Flask, Response, current_app, request, send_file

from app.core.access.guard import Policy, View
from app.core.access.permissions import permits
from app.core.access.rows import current_identity
from app.core.errors import DomainError
from app.core.text.bounds import writable
from app.core.web import office_documents
from app.core.web.answers import SANDBOX
from app.core.web.requests import Request

LONGEST_NAME = 120
KEY = re.compile(r"[0-9a-f]{32}")
#: first bytes of an old office document, or of a new one protected by a password
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEGABYTE = 1024 * 1024


class FileKind(StrEnum):
    """The kinds of files that Vigie accepts, by extension."""

    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    PDF = "pdf"
    PNG = "png"
    JPG = "jpg"


#: the part that makes an office document what its name says
MAIN_PARTS = {FileKind.XLSX: "xl/workbook.xml", FileKind.DOCX: "word/document.xml"}
SYNONYMS = {"jpeg": "jpg"}


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


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A checked file. ``name`` is for display: it is not a path on disk."""

    name: str
    kind: FileKind
    sha256: str
    content: bytes = field(repr=False)


def check(
    stream: IO[bytes], *, name: str, kinds: frozenset[FileKind], limit: int = 10 * MEGABYTE
) -> Upload:
    """The file read from ``stream``, of one of ``kinds`` and at most ``limit`` bytes; raise `DomainError` saying why it is refused."""
    kind = _kind_of(name, kinds)
    content = stream.read(limit + 1)
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
    digest = hashlib.sha256(content).hexdigest()
    return Upload(name=shown_name(name), kind=kind, sha256=digest, content=content)


def shown_name(name: str) -> str:
    """``name`` without its folder or anything that cannot be shown on one line; never empty."""
    last = re.split(r"[/\\]", writable(name))[-1]
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    stem, suffix = PurePosixPath(plain).stem, PurePosixPath(plain).suffix[:10]
    return f"{stem[: LONGEST_NAME - len(suffix)].strip('. ') or 'fichier'}{suffix}"


@dataclass(frozen=True)
class Shelf:
    """Where checked files are stored: under the instance's home, with random names, served only through `attachment`."""

    folder: Path

    def put(self, upload: Upload) -> str:
        """Store ``upload``; return the key to retrieve it."""
        key = secrets.token_hex(16)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(upload.content)
        return key

    def take(self, key: str) -> bytes:
        """The bytes stored under ``key``; raise `KeyError` when it is malformed or nothing is stored under it."""
        path = self._path(key)
        if not path.is_file():
            raise KeyError(key)
        return path.read_bytes()

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise KeyError(key)
        return self.folder / key[:2] / key


def shelf(home: Path) -> Shelf:
    """The shelf of the instance at ``home``."""
    return Shelf(home / "uploads")


def attachment(content: bytes, *, name: str) -> Response:
    """A response that makes the browser save ``content``, never display or run it."""
    response = send_file(
        BytesIO(content), "application/octet-stream", as_attachment=True, download_name=shown_name(name)
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _kind_of(name: str, kinds: frozenset[FileKind]) -> FileKind:
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    suffix = SYNONYMS.get(suffix, suffix)
    if suffix not in kinds:
        extensions = ", ".join(f".{kind}" for kind in sorted(kinds))
        raise DomainError(f"Choisissez un fichier d’un de ces formats : {extensions}.")
    return FileKind(suffix)


def _holds(kind: FileKind, content: bytes) -> bool:
    """Whether ``content`` is what its extension says."""
    if kind is FileKind.CSV:
        return _is_text(content)
    if content.startswith(COMPOUND) and kind in MAIN_PARTS:
        raise DomainError(office_documents.LOCKED)
    if not _looks_like(kind, content):
        return False
    return kind not in MAIN_PARTS or MAIN_PARTS[kind] in office_documents.check(content)


def _looks_like(kind: FileKind, content: bytes) -> bool:
    try:
        matches = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return False
    suffixes = {match.extension.lower().lstrip(".") for match in matches}
    return kind in {SYNONYMS.get(suffix, suffix) for suffix in suffixes}


def _is_text(content: bytes) -> bool:
    """Whether ``content`` is only printable bytes, tabs and line ends: a program, an archive or a picture has others."""
    allowed = {9, 10, 13}
    return all(byte >= 32 or byte in allowed for byte in set(content))
