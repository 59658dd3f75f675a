"""Lines of a batch that are read and that nobody will be shown, by what the portal holds when it is read."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.imports.publication.compared import open_known
from app.imports.publication.extracts import MEMORY
from app.imports.publication.known import write_known
from app.imports.publication.publish import SCRATCH
from scoring.data.engine import connect
from scoring.data.lake import Lake
from scoring.data.outside import told_outside
from scoring.data.sources.report import FileReport


def tell(
    identity: Identity, *, lake: Lake, batch_id: str, reports: Sequence[FileReport]
) -> list[FileReport]:
    """Return the reports on the files of a batch, with the lines that are outside and why."""
    with TemporaryDirectory(dir=lake.root, prefix=SCRATCH) as scratch:
        with unit_of_work(identity) as session:
            folder = write_known(session, Path(scratch) / "known", is_whole=False)
        con = connect(memory_limit=MEMORY, spill=Path(scratch) / "spill")
        known = open_known(con, folder, is_whole=False)
        told = told_outside(lake, batch_id, reports, known=known, con=con)
        con.disconnect()
    return told
