"""Batches of Parquet on disk, and the manifest that says which one readers see.

A writer works in the directory of its batch; nobody reads it before `publish` replaces the manifest
in one atomic step, so a killed writer leaves nothing visible. Former batches stay, for a decision that withdraws the last.
"""

from __future__ import annotations

import json
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol, TypedDict

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table

from scoring.data.engine import Backend, read
from scoring.data.sources.loading import REJECTS, reject_name
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.statements import LINE
from scoring.data.store import MARK, LakeStore, LakeStoreError, require_same

MANIFEST = "manifest.json"
FOLDERS = (*SOURCES, REJECTS)
# The last month covered by a source that was never imported.
NEVER = date(1900, 1, 1)


class Published(TypedDict):
    """The batches of a source in order of publication, and the one readers use."""

    batches: list[str]
    current: str


class DerivedTable(Protocol):
    """A function that computes a table from others, as known on a date."""

    __name__: str

    def __call__(self, tables: Tables, con: Backend, as_of: date | None, /) -> Table: ...


class Tables(ABC):
    """Anything that holds the sources as Parquet files."""

    @abstractmethod
    def published(self, source: str) -> list[Path]:
        """Return the Parquet files readers see for a source; none when it was never published."""

    def table(self, con: Backend, source: str, *, as_of: date | None = None) -> Table:
        """Return the rows of a source known on `as_of` (all of them when None).

        An absent source is an empty table with its columns and types. Raises KeyError for an
        unknown source. The files are chosen now: a later publication does not change this table.
        """
        rows = self.rows(con, source)
        return rows if as_of is None else rows.filter(rows.known_at <= as_of)

    def rows(self, con: Backend, source: str) -> Table:
        """Return all the rows of a source: see `table`."""
        paths = self.published(source)
        schema = arrow_schema(source)
        if not paths:
            return ibis.memtable(schema.empty_table())
        rows = _completed(read(con, paths), schema)
        return rows.drop(LINE) if LINE in rows.columns else rows

    def derived(self, con: Backend, view: DerivedTable, *, as_of: date | None) -> Table:
        """Return a table that several others are computed from: a query, for each of its readers to run."""
        return view(self, con, as_of)

    def covered(self, con: Backend, source: str, *, as_of: date | None = None) -> date | None:
        """Return the last month a source covers, None when it has no row."""
        if not self.published(source):
            return None
        rows = self.table(con, source, as_of=as_of)
        last: date | None = rows[SOURCES[source].covers].max().to_pyarrow().as_py()
        return None if last is None else last.replace(day=1)

    def freshness(self, con: Backend, *, as_of: date | None = None) -> dict[str, date]:
        """Return the last month each source covers; a source without rows is left out."""
        lasts = []
        for source in filter(self.published, SOURCES):
            rows = self.table(con, source, as_of=as_of)
            last = rows[SOURCES[source].covers].max()
            lasts.append(rows.agg(last=last).select("last", source=ibis.literal(source)))
        # one query for all of them
        found = ibis.union(*lasts).to_pyarrow().to_pylist() if lasts else []
        months = {row["source"]: row["last"] for row in found if row["last"] is not None}
        return {source: months[source].replace(day=1) for source in SOURCES if source in months}


class SourceFolder(Tables):
    """A plain directory of `<source>.parquet` files, as the command line writes them."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def published(self, source: str) -> list[Path]:
        path = self.root / f"{source}.parquet"
        return [path] if path.exists() else []


class Lake(Tables):
    """`<source>/<batch>/part-*.parquet`, `rejects/<batch>/` and `manifest.json` under `root`.

    With a `store`, what is published is there: `root` is where batches are read before they are sent, and a copy of the files
    that this host has asked for. Whatever touches the store may raise LakeStoreError.
    """

    def __init__(self, root: Path, *, store: LakeStore | None = None) -> None:
        self.root = root
        self.store = store
        require_same(root, store.url if store else None)

    def open_batch(self, batch_id: str) -> None:
        """Prepare an empty batch, removing whatever a killed writer left under this name.

        Raises ValueError when the batch was already published, or when its name holds anything
        but letters, digits, `-` and `_`.
        """
        if not batch_id or not all(c.isalnum() or c in "-_" for c in batch_id):
            raise ValueError(f"{batch_id!r} is not a batch name: letters, digits, - and _ only")
        if any(batch_id in entry["batches"] for entry in self.manifest().values()):
            raise ValueError(f"batch {batch_id} is already published")
        self.discard(batch_id)
        self.root.mkdir(parents=True, exist_ok=True)

    def discard(self, batch_id: str) -> None:
        """Remove all that a batch holds on disk, and what a killed writer left half written in it.

        The caller knows that nobody will read it.
        """
        if self.store:
            self.store.discard(batch_id)
        for folder in FOLDERS:
            _remove(self.root / folder / batch_id)

    def on_disk(self) -> set[str]:
        """Return the batches that hold anything on disk or in the store, published or not."""
        local = {path.name for folder in FOLDERS for path in (self.root / folder).glob("*")}
        return local | (self.store.names() if self.store else set())

    def send(self, batch_id: str) -> None:
        """Put a batch that was read where other hosts find it; nothing to do without a store, or once it is there."""
        if self.store is None:
            return
        files = {
            f"{folder}/{path.name}": path
            for folder in FOLDERS
            for path in (self.root / folder / batch_id).glob("*.parquet")
        }
        if files:
            self.store.send(batch_id, files)

    def write(self, batch_id: str, source: str, rows: pa.Table) -> Path:
        """Write rows of a source into an unpublished batch, cast to the columns of the source.

        Raises KeyError for an unknown source or a missing column, ValueError on a type that cannot
        be cast.
        """
        schema = arrow_schema(source)
        folder = self.root / source / batch_id
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"part-{len(list(folder.glob('part-*.parquet'))):05d}.parquet"
        half = path.with_suffix(".half")
        pq.write_table(rows.select(schema.names).cast(schema), half)
        half.replace(path)
        return path

    def withdraw(self, batch_id: str, source: str) -> None:
        """Remove a source, rows and rejects, from a batch that is not published."""
        _remove(self.root / source / batch_id)
        for path in (self.root / REJECTS / batch_id).glob(f"{source}-*.parquet"):
            path.unlink()

    def staged(self, batch_id: str) -> list[str]:
        """Return the sources that have rows in a batch, published or not."""
        return [source for source in SOURCES if self._holds(source, batch_id)]

    def restate(self, published: Sequence[str], *, withdrawn: Collection[str] = ()) -> bool:
        """Make the manifest match decisions recorded elsewhere; return whether it changed.

        Each source is read from the last batch of `published` (in order of publication) that holds
        it; a batch of `withdrawn` is no longer read. Batches in neither list keep their order, first.
        """
        former = self.manifest()
        known = {batch for entry in former.values() for batch in entry["batches"]}
        for batch in published:
            if batch not in known:
                self._secure(batch)
        manifest: dict[str, Published] = {}
        for source in SOURCES:
            earlier = former[source]["batches"] if source in former else []
            first = [batch for batch in earlier if batch not in {*published, *withdrawn}]
            batches = [*first, *(batch for batch in published if self._holds(source, batch))]
            if batches:
                if batches[-1] not in earlier and self.store is None:
                    self._sync_parts(source, batches[-1])
                manifest[source] = {"batches": batches, "current": batches[-1]}
        if manifest == former:
            return False
        self._replace_manifest(manifest)
        return True

    def published(self, source: str) -> list[Path]:
        entry = self.manifest().get(source)
        return self.parts(source, entry["current"]) if entry else []

    def manifest(self) -> dict[str, Published]:
        """Return what is published, by source."""
        if self.store:
            return self.store.manifest()
        path = self.root / MANIFEST
        if not path.exists():
            return {}
        content: dict[str, Published] = json.loads(path.read_text(encoding="utf-8"))
        return content

    def rejects(self, batch_id: str) -> list[Path]:
        """Return the Parquet files of the lines rejected in a batch."""
        self._bring(REJECTS, batch_id)
        return sorted((self.root / REJECTS / batch_id).glob("*.parquet"))

    def rejects_of(self, batch_id: str, source: str, sha256: str) -> Path:
        """Return where the lines rejected from a file are, if it has any."""
        self._bring(REJECTS, batch_id)
        return self.root / REJECTS / batch_id / reject_name(source, sha256)

    def parts(self, source: str, batch_id: str) -> list[Path]:
        """Return the Parquet files of a source in a batch, published or not."""
        self._bring(source, batch_id)
        return sorted((self.root / source / batch_id).glob("part-*.parquet"))

    def _secure(self, batch_id: str) -> None:
        """See to it that other hosts find a batch before the manifest names it. Without it, its sources would seem never published."""
        self.send(batch_id)
        if self.store and not self.store.listed(batch_id):
            raise LakeStoreError(
                f"Le lot {batch_id} est publié et n’est ni ici ni dans le dépôt du lac : lancez d’abord, sur la machine dont"
                " VIGIE_HOME contient le lac, flask --app wsgi imports settle."
            )

    def _holds(self, source: str, batch_id: str) -> bool:
        """Whether a batch has rows of a source, here or in the store."""
        if any((self.root / source / batch_id).glob("part-*.parquet")):
            return True
        listed = self.store.listed(batch_id) if self.store else {}
        return any(name.startswith(f"{source}/") for name in listed)

    def _bring(self, folder: str, batch_id: str) -> None:
        """Have on this host what the store holds of a batch, in one of its folders."""
        for name in self.store.listed(batch_id) if self.store else ():
            if self.store and name.startswith(f"{folder}/"):
                self.store.fetch(batch_id, name, self.root / folder / batch_id / Path(name).name)

    def _sync_parts(self, source: str, batch_id: str) -> None:
        """What the manifest names survives a power cut."""
        folder = self.root / source / batch_id
        for path in (*self.parts(source, batch_id), folder, folder.parent):
            _sync(path)

    def _replace_manifest(self, manifest: dict[str, Published]) -> None:
        if self.store:
            self.store.publish(manifest)
            return
        half = self.root / (MANIFEST + ".half")
        half.write_text(json.dumps(manifest, indent=2, sort_keys=True), encoding="utf-8")
        _sync(half)
        half.replace(self.root / MANIFEST)
        _sync(self.root)


class WithBatch(Tables):
    """A lake as readers would see it with one of its batches published."""

    def __init__(self, lake: Lake, batch_id: str) -> None:
        self.lake = lake
        self.batch_id = batch_id

    def published(self, source: str) -> list[Path]:
        return self.lake.parts(source, self.batch_id) or self.lake.published(source)


class ScratchLake(Lake):
    """A lake where batches are only tried: readers see what another one, `behind` it, publishes."""

    def __init__(self, root: Path, behind: Lake) -> None:
        super().__init__(root)
        self.behind = behind

    def published(self, source: str) -> list[Path]:
        return self.behind.published(source)


def open_tables(root: Path) -> Tables:
    """Open a directory written by the portal (with a manifest) or by the command line (without)."""
    is_lake = (root / MANIFEST).exists() or (root / MARK).exists()
    return Lake(root) if is_lake else SourceFolder(root)


def arrow_schema(source: str) -> pa.Schema:
    """Return the columns of a source as Arrow types."""
    kinds = {
        "VARCHAR": pa.string(),
        "DATE": pa.date32(),
        "DOUBLE": pa.float64(),
        "BOOLEAN": pa.bool_(),
        "INTEGER": pa.int32(),
    }
    return pa.schema([(name, kinds[kind]) for name, kind in SOURCES[source].schema.items()])


def _completed(rows: Table, schema: pa.Schema) -> Table:
    """Return the rows with the columns that their batch, older than these declarations, lacks: NULL."""
    kinds = ibis.Schema.from_pyarrow(schema)
    absent = {name: ibis.null(kinds[name]) for name in schema.names if name not in rows.columns}
    return rows.mutate(**absent) if absent else rows


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
