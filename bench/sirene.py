"""``python -m bench.sirene M1 [M2]``: all of Sirene into the portal, by the stock files of a month then of the next (``bench.stock``).

Each month is imported as an operator would, in its own process. Memory is what its process and its children hold at once, then what the
processes of the database do by themselves (their share of its common memory apart), looked at twice a second. Partners' files may lie
in the folders beside the stock.
"""

import argparse
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from app.core.database import endpoints
from app.core.database.cluster import SUPERUSER, LocalCluster
from app.core.work.jobs import conninfo
from bench import conditions, importing, national
from bench.measuring import Cost, apart
from scoring.data.importing import partner_files

EVERY = 0.5
HEAD = """
| work | seconds | ratio | peak MB, import | peak MB, database | database on disk MB | lake MB |
|---|---|---|---|---|---|---|
""".strip()
SIZES = """
    select relname, pg_total_relation_size(oid) / 1e6, pg_indexes_size(oid) / 1e6 from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' order by 2 desc limit 8
"""
COUNTS = """
    select 'company', count(*) from company union all select 'establishment', count(*) from establishment
    union all select 'search_word', count(*) from search_word
"""


@dataclass
class HeldMemory:
    """The most that some processes held at once, in MB."""

    importing: float = 0
    database: float = 0


@contextmanager
def watched(cluster: LocalCluster) -> Iterator[HeldMemory]:
    """Look at the processes below this one, and at those of the database, throughout the block."""
    memory, over = HeldMemory(), threading.Event()

    def look() -> None:
        while not over.wait(EVERY):
            server = int((cluster.data / "postmaster.pid").read_text().split()[0])
            theirs = _below(server) | {server}
            ours = _below(os.getpid()) - theirs
            memory.importing = max(memory.importing, sum(_held(pid, "VmRSS") for pid in ours))
            memory.database = max(memory.database, sum(_held(pid, "RssAnon") for pid in theirs))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield memory
    finally:
        over.set()
        watcher.join()


def _below(root: int) -> set[int]:
    """The processes that a process began, and those that they did."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            status = _status(int(folder.name))
            parents[int(folder.name)] = int(status.get("PPid", "0").split()[0])
    found, added = set(), {root}
    while added:
        added = {pid for pid, parent in parents.items() if parent in added}
        found |= added
    return found


def _held(pid: int, what: str) -> float:
    return int(_status(pid).get(what, "0 kB").split()[0]) / 1024


def _status(pid: int) -> dict[str, str]:
    """What the system says of a process; nothing once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return dict(line.split(":", 1) for line in lines)


def table(home: Path, months: list[Path]) -> str:
    """Return Markdown: the floor of the first month, the import of each, then what they left."""
    floor = apart(importing.read_plainly, months[0], home)
    lines = [
        f"| DuckDB `read_csv` → Parquet, no check | {floor.seconds:.1f} | 1.0 | {floor.megabytes:,.0f} | | | |"
    ]
    with national.portal_cluster(home / "portal") as cluster:
        apart(national.prepare, home / "portal")
        for number, files in enumerate(months, start=1):
            with watched(cluster) as memory:
                cost = apart(national.publish, home / "portal", files)
            lines.append(
                _line(
                    f"month {number}, files → archive → lake → portal",
                    cost,
                    memory,
                    floor,
                    home,
                    cluster,
                )
            )
            sys.stderr.write(lines[-1] + "\n")
        counts, sizes = _looked_at(cluster)
    names = [
        f"{path.path.name} {path.path.stat().st_size / 1e6:,.0f} MB"
        for path in partner_files(months[0])
    ]
    return "\n".join([", ".join(names) + ".", "", HEAD, *lines, "", counts, "", sizes])


def _line(
    work: str, cost: Cost, memory: HeldMemory, floor: Cost, home: Path, cluster: LocalCluster
) -> str:
    disk = national.megabytes(cluster.data)
    lake = national.megabytes(home / "portal" / "lake")
    return (
        f"| {work} | {cost.seconds:.1f} | {cost.seconds / floor.seconds:.1f} | {memory.importing:,.0f} | {memory.database:,.0f} "
        f"| {disk:,.0f} | {lake:,.0f} |"
    )


def _looked_at(cluster: LocalCluster) -> tuple[str, str]:
    url = conninfo(cluster.url(role=SUPERUSER, database=endpoints.DATABASE))
    with psycopg.connect(url) as connection:
        counts = connection.execute(COUNTS).fetchall()
        sizes = connection.execute(SIZES).fetchall()
    return (
        ", ".join(f"{name} {count:,}" for name, count in counts) + ".",
        ", ".join(
            f"{name} {total:,.0f} MB (indexes {indexes:,.0f})" for name, total, indexes in sizes
        )
        + ".",
    )


def main() -> None:
    """Print the table; 12 million units and 15 million establishments need half an hour and 60 GB of disk."""
    parser = argparse.ArgumentParser(prog="python -m bench.sirene", description=__doc__)
    parser.add_argument("months", type=Path, nargs="+", help="the folders of the months, in order")
    parser.add_argument("--scratch", type=Path, help="where there is room (default: temporary)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-bench-", dir=arguments.scratch) as scratch:
        load = os.getloadavg()[0]
        text = table(Path(scratch), arguments.months)
    sys.stdout.write(f"{conditions.sentence()} Load before: {load:.1f}.\n\n{text}\n")


if __name__ == "__main__":
    main()
