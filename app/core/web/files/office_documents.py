"""What an office document (OOXML) may contain: text and figures, no active content, external link or zip bomb."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from xml.parsers import expat

from app.core.errors import DomainError

MAX_ENTRIES = 2_000
#: maximum size once decompressed, in bytes, and as a multiple of the file's size
MAX_UNFOLDED = 128 * 1024 * 1024
MAX_RATIO = 200
#: below this decompressed size, in bytes, the ratio is ignored: a small file compresses well and is harmless
RATIO_FROM = 4 * 1024 * 1024
#: parts that execute, or embed something that does
ACTIVE = ("vbaproject", "macrosheets/", "activex/", "embeddings/", "ctrlprops/", "customui/")
ACTIVE_TYPES = (b"macroenabled", b"vbaproject", b"activex")
#: a hyperlink, once clicked, is the reader's choice: it loads nothing by itself
LINK = "/hyperlink"
LINK_SCHEMES = frozenset({"http", "https", "mailto"})

CORRUPT = (
    "Ce document est illisible ou abîmé : ouvrez-le, enregistrez-le à nouveau, puis réessayez."
)
LOCKED = "Ce document est protégé par un mot de passe : retirez-le, puis réessayez."
RUNS = "Ce document contient des macros ou des objets qui s’exécutent : enregistrez-le sans eux, puis réessayez."
CALLS = (
    "Ce document va chercher des données ailleurs : rompez ses liaisons externes, puis réessayez."
)
SWELLS = "Ce document est trop volumineux une fois ouvert : réduisez-le, puis réessayez."


#: what reading a damaged archive or its XML may raise; an encoding that does not exist is a LookupError
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    ValueError,
    expat.ExpatError,
)


class _DoctypeError(Exception):
    """The XML has a document type: it could declare entities, hence bombs or reads of server files; no office program writes one."""


def check(content: bytes) -> frozenset[str]:
    """The names of the parts of a valid document; raise `DomainError` saying why it is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = _names(archive)
            _refuse_active(archive, names)
            _refuse_swollen(archive, weight=len(content))
            for name in names:
                if name.lower().endswith(".rels"):
                    _refuse_calls(archive.read(name))
            # Reads every part in full: a wrong length or checksum means a corrupt document.
            if archive.testzip() is not None:
                raise DomainError(CORRUPT)
    except DAMAGE as error:
        raise DomainError(CORRUPT) from error
    except _DoctypeError as error:
        raise DomainError(RUNS) from error
    return names


def _names(archive: zipfile.ZipFile) -> frozenset[str]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise DomainError(SWELLS)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise DomainError(LOCKED)
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) < len(names) or not all(map(_stays_inside, names)):
        raise DomainError(CORRUPT)
    return frozenset(names)


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    is_plain = name.isprintable() and "\\" not in name and ":" not in name
    return is_plain and not path.is_absolute() and ".." not in path.parts


def _refuse_active(archive: zipfile.ZipFile, names: frozenset[str]) -> None:
    if any(mark in name.lower() for name in names for mark in ACTIVE):
        raise DomainError(RUNS)
    if "[Content_Types].xml" not in names:
        raise DomainError(CORRUPT)
    if archive.getinfo("[Content_Types].xml").file_size > MAX_UNFOLDED // 100:
        raise DomainError(SWELLS)
    types = archive.read("[Content_Types].xml")
    _attributes(types)
    if any(mark in types.lower() for mark in ACTIVE_TYPES):
        raise DomainError(RUNS)


def _refuse_swollen(archive: zipfile.ZipFile, *, weight: int) -> None:
    # A part is never read beyond its declared length: the sum is an upper bound whatever the file claims.
    unfolded = sum(entry.file_size for entry in archive.infolist())
    if unfolded > MAX_UNFOLDED or unfolded > max(RATIO_FROM, MAX_RATIO * weight):
        raise DomainError(SWELLS)


def _refuse_calls(relationships: bytes) -> None:
    for relationship in _attributes(relationships):
        if relationship.get("TargetMode", "").lower() != "external":
            continue
        is_link = relationship.get("Type", "").lower().endswith(LINK)
        scheme = urlsplit(relationship.get("Target", "")).scheme.lower()
        if not is_link or scheme not in LINK_SCHEMES:
            raise DomainError(CALLS)


def _attributes(xml: bytes) -> Iterator[dict[str, str]]:
    """The attributes of every element of ``xml``; raise `_DoctypeError` when it has a document type."""
    elements: list[dict[str, str]] = []

    def refuse(*_: object) -> None:
        raise _DoctypeError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda _name, attributes: elements.append(attributes)
    parser.Parse(xml, True)
    return iter(elements)
