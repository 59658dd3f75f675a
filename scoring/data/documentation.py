"""The reference page of sources and views, generated from their declarations."""

from __future__ import annotations

import inspect
import re
import sys

import click

from scoring.data.sources.base import Source, SourceColumn
from scoring.data.sources.registry import MODULES
from scoring.data.sources.series import SERIES
from scoring.data.views import PUBLISHED_NAMES, VIEWS
from scoring.vocabulary import Nature, Openness

HEAD = """# Sources and derived tables

Written by `python -m scoring describe > docs/sources.md`.

`python -m scoring sources IN_DIR OUT_DIR --json` reads every partner file of `IN_DIR` that it recognises by its name, plain,
gzip, zip, Excel or JSON, into `OUT_DIR/<source>.parquet`; rejected lines go to `OUT_DIR/rejects.parquet` (source, file, line, column,
reason, raw). It prints one JSON object a file: source, file, sha256, rows, valid, rejected, outside, duplicates, reasons,
warnings, error, is_returned.
`python -m scoring views OUT_DIR` writes the derived tables under `OUT_DIR/views/`.

Money is in euros, months are their first day, identifiers are strings. `known_at` is the first day a row could be known.
A source may come in several layouts; a column marked *optional* may be absent from the file.

A key is written once: what a file or several say twice counts once, and the report of each file says how many of its lines do not count
(`duplicates`) and how many of them say something else (`warnings`). The row kept is the first by the order of its source, else the one with
the largest values, column by column: the order of lines and files does not matter. Numbers, days and spans have bounds
(`scoring/data/sources/bounds.py`): beyond them a line is rejected. A space separates thousands, nothing else.

With `--returned DIR`, rejected lines are also given back in `DIR/<file>_rejets.csv`, UTF-8 with a byte order mark, separated as the
file was: `vigie_ligne`, `vigie_motif`, then its own columns. Corrected, it is sent again *with* the original, since a batch replaces a
source as a whole. A cell that a spreadsheet would compute is marked by an apostrophe there, which is taken away when the file comes back.
"""
SERIES_HEAD = """## Monthly series

Declared in `scoring/data/sources/series/*.yaml`, and in the directory named by `VIGIE_SERIES`: a new indicator needs no code. The file is
`<name>….csv` (or `serie_<name>….csv`), columns `siren` or `siret`, `mois` (`AAAA-MM`), `valeur`; the table holds siren or siret,
month, value, known_at. A month has one value; those of the establishments of a firm are added
up. The model reads each series `x` as `series_last_x` (last figure of the
firm), `series_change_x` (last three months over the same months a year earlier) and `series_missing_x` (no figure in the last month
published), with the declared theme, nature and sign. All the features of a theme have the same nature, or are public.

| series | label | key | unit | theme | nature | sign | known after |
|---|---|---|---|---|---|---|---|
"""
VIEWS_HEAD = """## Derived tables

| table | rows |
|---|---|
"""


def page() -> str:
    """Return the page, in Markdown."""
    sources = [_section(module.SOURCE, inspect.getdoc(module) or "") for module in MODULES]
    series = "".join(
        f"| `{s.name}` | {s.label} | {s.key} | {s.unit} | {s.theme} | {s.nature or 'public'}"
        f" | {s.monotone or 'none'} | {s.lag_days} days |\n"
        for s in SERIES.values()
    )
    views = "".join(f"| `{name}` | {_description(view)} |\n" for name, view in VIEWS.items())
    return "\n".join([HEAD, "## Sources\n", *sources, SERIES_HEAD + series, VIEWS_HEAD + views])


@click.command(help="document the columns of sources and views")
def describe() -> int:
    """Write the page to standard output."""
    sys.stdout.write(page())
    return 0


def _section(source: Source, doc: str) -> str:
    rows = "".join(_row(column) for column in source.columns)
    if source.periods:
        rows += f"| `{source.periods.name}` | DATE | one column a period |\n"
        rows += "".join(f"| `{m.name}` | {m.type} | {m.stem} |\n" for m in source.periods.measures)
    files = ", ".join(f"`{pattern}`" for pattern in source.patterns).replace("|", "\\|")
    return (
        f"### {source.name}: {source.title}\n\n{doc}\n\n"
        f"Read with: {_readers(source)}. Files: {files}. Layouts: {len(source.layouts)}. Key: {', '.join(source.key)}."
        f" `known_at`: `{source.known_at}`.{_kept(source)}\n\n"
        f"| column | type | read from |\n|---|---|---|\n{rows}"
    )


def _readers(source: Source) -> str:
    """Return who reads its lines."""
    if isinstance(source.nature, Nature):
        return f"a right to `{source.nature}`"
    return "nothing, it is public" if source.nature is Openness.PUBLIC else "nobody’s right"


def _kept(source: Source) -> str:
    """Return the rule by which one of two rows of a key is kept, if the source declares one."""
    return f" Kept of a key: the first by `{', '.join(source.keeps)}`." if source.keeps else ""


def _row(column: SourceColumn) -> str:
    read = ", ".join(column.headers) or "the import"
    return f"| `{column.name}` | {column.type} | {read}{' (optional)' * column.is_optional} |\n"


def _description(view: object) -> str:
    """Return the first paragraph of a view’s docstring, with the column names of its file."""
    paragraph = (inspect.getdoc(view) or "").split("\n\n")[0].replace("\n", " ")
    description = paragraph.removeprefix("Return ")
    for published, name in PUBLISHED_NAMES.items():
        description = re.sub(rf"\b{name}\b", published, description)
    return description
