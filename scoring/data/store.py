"""A lake in an object store, shared by several hosts: what is published there, and how a host gets it.

Under the address: `batches/<batch>/<source>/part-*.parquet`, `batches/<batch>/rejects/*.parquet`, then, written once they all are,
`batches/<batch>/list.json`, which says the size and SHA-256 of each; and `manifest.json`, replaced whole, which says which batches
readers see. A store has no rename: a batch without its list is not there, and nothing is read before the manifest names it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

BATCHES = "batches"
LIST = "list.json"
# In a lake on a host, the address of the store that it is a copy of.
MARK = "store.json"
BLOCK = 1 << 20
# What each part of a name that Vigie gives looks like: it never begins with a dot.
PLAIN = re.compile(r"[\w-][\w.-]*")
SETTINGS = ("VIGIE_LAKE_URL", "VIGIE_LAKE_ENDPOINT", "VIGIE_LAKE_KEY", "VIGIE_LAKE_SECRET")
# The libraries that speak to a store, whose errors have nothing in common.
TRANSPORTS = ("aiobotocore", "aiohttp", "botocore")


class StoredFile(TypedDict):
    """What the list of a batch says of one of its files."""

    size: int
    sha256: str


class LakeStoreError(RuntimeError):
    """The store cannot be used, or holds something else than what was written; the message is French and holds no key."""


@dataclass(frozen=True, kw_only=True)
class LakeStore:
    """A bucket, or a folder of it. Without `key`, the keys of the environment or of the machine are used.

    Every method raises `LakeStoreError`.
    """

    #: `s3://bucket/folder`, or any address that fsspec knows
    url: str
    #: of a store that is not Amazon's: `https://…`
    endpoint: str | None = None
    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    #: the lists already read: once written, they do not change
    _known: dict[str, Mapping[str, StoredFile]] = field(default_factory=dict, repr=False)

    @classmethod
    def of_environment(cls) -> LakeStore | None:
        """Return the store that the settings of Vigie name, for a process that is given nothing else of them."""
        url, endpoint, key, secret = (os.environ.get(name) or None for name in SETTINGS)
        return cls(url=url, endpoint=endpoint, key=key, secret=secret) if url else None

    def manifest(self) -> dict[str, Any]:
        """Return what is published, by source; nothing in an empty store."""
        found: dict[str, Any] = self._read("manifest.json") or {}
        for source, entry in found.items():
            for name in (source, *entry["batches"], entry["current"]):
                _require_plain(name)
        return found

    def publish(self, manifest: Mapping[str, Any]) -> None:
        """Replace what readers see, at once."""
        self._write("manifest.json", manifest)

    def names(self) -> set[str]:
        """Return the batches that have anything in the store, whole or not."""
        with self._explained():
            files = self._files()
            place = self._path(BATCHES)
            found = files.ls(place, detail=False) if files.exists(place) else []
        return {PurePosixPath(path).name for path in found}

    def listed(self, batch_id: str) -> Mapping[str, StoredFile]:
        """Return the files of a batch by their path in it, none when it is not there whole."""
        if batch_id not in self._known:
            found = self._read(f"{BATCHES}/{batch_id}/{LIST}")
            if found is None:
                return {}
            for name in found:
                _require_plain(name)
            self._known[batch_id] = found
        return self._known[batch_id]

    def send(self, batch_id: str, files: Mapping[str, Path]) -> None:
        """Write a batch, by the path of each file in it, then its list. One that is there whole stays as it is."""
        if self.listed(batch_id):
            return
        written: dict[str, StoredFile] = {}
        for name, path in sorted(files.items()):
            with self._explained():
                self._files().put_file(str(path), self._path(f"{BATCHES}/{batch_id}/{name}"))
            written[name] = StoredFile(size=path.stat().st_size, sha256=_sha256(path))
        self._write(f"{BATCHES}/{batch_id}/{LIST}", written)

    def fetch(self, batch_id: str, name: str, target: Path) -> None:
        """Bring a file of a batch to `target`, which appears whole or not at all; one already there is left."""
        said = self.listed(batch_id)[name]
        if target.exists() and target.stat().st_size == said["size"]:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_suffix(".half")
        try:
            with self._explained():
                self._files().get_file(self._path(f"{BATCHES}/{batch_id}/{name}"), str(half))
            if _sha256(half) != said["sha256"]:
                raise LakeStoreError(
                    f"Dans le dépôt du lac, {batch_id}/{name} n’est plus ce qui y fut écrit : restaurez cet objet, ou rejouez le lot."
                )
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)

    def discard(self, batch_id: str) -> None:
        """Remove a batch: its list first, so that nobody reads the half of one."""
        self._known.pop(batch_id, None)
        with self._explained():
            files, place = self._files(), self._path(f"{BATCHES}/{batch_id}")
            for path in (f"{place}/{LIST}", place):
                if files.exists(path):
                    files.rm(path, recursive=True)

    def _read(self, name: str) -> Any:
        with self._explained():
            try:
                return json.loads(self._files().cat_file(self._path(name)))
            except FileNotFoundError:
                return None

    def _write(self, name: str, content: object) -> None:
        text = json.dumps(content, indent=2, sort_keys=True).encode()
        with self._explained():
            self._files().pipe_file(self._path(name), text)

    def _path(self, name: str) -> str:
        return f"{self.url.partition('://')[2].rstrip('/')}/{name}"

    def _files(self) -> AbstractFileSystem:
        try:
            import fsspec  # noqa: PLC0415 - installed only where there is a store
        except ImportError:
            raise LakeStoreError(
                "VIGIE_LAKE_URL demande des bibliothèques de plus : pip install -r requirements-s3.txt"
            ) from None
        options: dict[str, Any] = {"use_listings_cache": False}
        options |= {"key": self.key, "secret": self.secret} if self.key else {}
        options |= {"endpoint_url": self.endpoint} if self.endpoint else {}
        return fsspec.filesystem(self.url.partition("://")[0], **options)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Raise `LakeStoreError` for whatever the store answers: its library has errors of many kinds, that may quote a request."""
        try:
            yield
        except LakeStoreError:
            raise
        except FileNotFoundError as error:
            raise LakeStoreError(
                f"Dans le dépôt du lac ({self.url}), un objet qui devait y être n’y est pas, ou le compartiment n’existe pas."
            ) from error
        except PermissionError as error:
            raise LakeStoreError(
                f"Le dépôt du lac ({self.url}) refuse ces clés : vérifiez VIGIE_LAKE_KEY, VIGIE_LAKE_SECRET et leurs droits."
            ) from error
        except Exception as error:
            if not (isinstance(error, OSError) or type(error).__module__.startswith(TRANSPORTS)):
                raise
            raise LakeStoreError(
                f"Le dépôt du lac ({self.url}) ne répond pas ({type(error).__name__}) : vérifiez VIGIE_LAKE_ENDPOINT et le réseau. "
                "Rien n’a été publié."
            ) from error


def require_same(root: Path, url: str | None) -> None:
    """Note in a lake on a host which store it is a copy of. Raises `LakeStoreError` when it is that of another, or of none."""
    mark = root / MARK
    former = json.loads(mark.read_text(encoding="utf-8"))["url"] if mark.exists() else None
    if former == url:
        return
    if former is not None:
        raise LakeStoreError(
            f"{root} est la copie d’un lac dans {former} : rendez cette adresse à VIGIE_LAKE_URL, ou, si les objets ont été"
            f" recopiés ailleurs, supprimez {mark}."
        )
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.write_text(json.dumps({"url": url}), encoding="utf-8")


def _require_plain(name: str) -> None:
    """Raise `LakeStoreError` for a name that could lead out of the lake of a host: whoever writes to the store has no right there."""
    if not all(PLAIN.fullmatch(part) for part in name.split("/")):
        raise LakeStoreError(
            f"Le dépôt du lac nomme « {name} », que Vigie n’y a pas écrit : rien n’en est lu. Restaurez l’objet qui le nomme"
            " (manifest.json, ou list.json d’un lot)."
        )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
