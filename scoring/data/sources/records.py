"""Records of JSON turned into a table: one list of them, or one a line, as open data are exported.

The keys are the columns, in the order they are met. A list of words is written with commas, an object as JSON. Records
are read one after the other: a national file needs no more memory than its longest record.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from scoring.data.sources.errors import SourceError

SUFFIXES = (".json", ".jsonl")
SEPARATOR = ";"
CHUNK = 1 << 20
LONGEST_RECORD = 4_000_000
# An export has some thirty keys; each one more is a cell in every line.
MOST_COLUMNS = 1_000
# Between two records, and around all of them.
BETWEEN = re.compile(r"[\s,\[\]]*")
# Half a letter, as an escape of JSON may hold one; those below are bytes that no encoding could read.
HALF_LETTER = re.compile("[\ud800-\udc7f\udd00-\udfff]")
BROKEN = "Le fichier JSON est illisible : une liste d’enregistrements est attendue, ou un enregistrement par ligne."

CUT = "Le fichier JSON est incomplet, sa liste ne se ferme pas : demandez un nouvel envoi."
# Enough of a file to see how it begins and ends.
EDGE = 1024


def write_table(path: Path, target: Path) -> None:
    """Write the records of a file as CSV, one line each.

    Raises SourceError when the file holds anything else.
    """
    if not _is_whole(path):
        raise SourceError(CUT)
    columns = _columns(path)
    # A byte that is no letter of UTF-8 is left as it was: it is judged with those of every other file.
    with target.open("w", encoding="utf-8", errors="surrogateescape", newline="") as sink:
        writer = csv.writer(sink, delimiter=SEPARATOR, lineterminator="\n")
        writer.writerow(_text(column) for column in columns)
        for record in _records(path):
            writer.writerow(_text(record.get(column)) for column in columns)


def _is_whole(path: Path) -> bool:
    """Say whether a list that begins also ends: cut between two records, it would look like a smaller one."""
    with path.open("rb") as source:
        begins_list = source.read(EDGE).removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")
        source.seek(max(0, path.stat().st_size - EDGE))
        return not begins_list or source.read().rstrip().endswith(b"]")


def _columns(path: Path) -> list[str]:
    columns: dict[str, None] = {}
    for record in _records(path):
        columns.update(dict.fromkeys(record))
        if len(columns) > MOST_COLUMNS:
            raise SourceError(
                f"Le fichier JSON a plus de {MOST_COLUMNS} colonnes : ses enregistrements ne se ressemblent pas."
            )
    return list(columns)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as source:
        for record in _values(source):
            if not isinstance(record, dict):
                raise SourceError(BROKEN)
            yield record


def _values(source: IO[str]) -> Iterator[Any]:
    """Yield the values of a text, whatever brackets, commas or ends of lines separate them."""
    decoder = json.JSONDecoder()
    left, is_over = "", False
    while not is_over:
        chunk = source.read(CHUNK)
        is_over = not chunk
        left += chunk
        place = _after(left, 0)
        while place < len(left):
            try:
                value, end = decoder.raw_decode(left, place)
            except (ValueError, RecursionError) as error:
                # Nothing tells a record that goes on in the next block from one that is wrong.
                if is_over or len(left) - place > LONGEST_RECORD:
                    raise SourceError(BROKEN) from error
                break
            yield value
            place = _after(left, end)
        left = left[place:]


def _after(text: str, place: int) -> int:
    """Return where the next value begins."""
    between = BETWEEN.match(text, place)
    return between.end() if between else place


def _text(value: Any) -> str:
    """Return a value as one line of text."""
    if value is None:
        return ""
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return ",".join(_text(one) for one in value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(HALF_LETTER.sub("\ufffd", text).split())
