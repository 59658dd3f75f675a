"""The concatenation of the files of cohorts into those of the economy."""

import shutil
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Self

import pyarrow.parquet as pq

CHUNK = 1 << 20


class Assembly:
    """The files of an economy being written, open until the last cohort is appended."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._open = ExitStack()
        self._texts: dict[str, BinaryIO] = {}
        self._tables: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def append(self, directory: Path, names: Iterable[str]) -> None:
        """Append each file of a cohort; the header of a text is written the first time only."""
        for name in names:
            if name.endswith(".parquet"):
                self._append_table(directory, name)
            else:
                self._append_text(directory, name)

    def _append_text(self, directory: Path, name: str) -> None:
        with (directory / name).open("rb") as source:
            if name in self._texts:
                source.readline()
            else:
                self._texts[name] = self._open.enter_context((self._out / name).open("wb"))
            shutil.copyfileobj(source, self._texts[name], CHUNK)

    def _append_table(self, directory: Path, name: str) -> None:
        table = pq.read_table(directory / name)
        if name not in self._tables:
            target = self._out / name
            target.parent.mkdir(exist_ok=True)
            writer = pq.ParquetWriter(target, table.schema)
            self._tables[name] = self._open.enter_context(writer)
        self._tables[name].write_table(table)
