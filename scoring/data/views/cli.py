"""`python -m scoring views OUT_DIR`: the monthly tables of a directory of sources."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from scoring.data.engine import connect
from scoring.data.lake import open_tables
from scoring.data.perimeter import has_places
from scoring.data.views import write_views

# The views of the country are larger than this: the engine spills to disk.
MEMORY = "4GB"
NO_PLACES = (
    "Aucun fichier d’établissements (Sirene, StockEtablissement) : aucun siège n’est connu, toutes les"
    " entreprises restent hors du périmètre. Ajoutez ce fichier et recommencez."
)


@click.command(help="derive the monthly tables")
@click.argument("out_dir", type=click.Path(path_type=Path))
@click.option("--as-of", type=date.fromisoformat, help="what was known that day")
def views(out_dir: Path, as_of: date | None) -> int:
    """Write `<out_dir>/views/<view>.parquet` and print the number of rows of each."""
    if not out_dir.is_dir():
        print(f"Le dossier {out_dir} n’existe pas.", file=sys.stderr)
        return 1
    out = out_dir / "views"
    con = connect(memory_limit=MEMORY, spill=out / ".spill")
    tables = open_tables(out_dir)
    if not has_places(tables):
        print(NO_PLACES, file=sys.stderr)
    written = write_views(tables, con, out, as_of=as_of)
    for view, count in written.items():
        print(f"{count:>10}  {view}")
    return 0
