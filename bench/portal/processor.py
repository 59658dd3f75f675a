"""Processor time of each page, Python's and PostgreSQL's apart: it hardly moves with what else the machine does."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from app.core.database.cluster import started_cluster
from app.core.database.unit_of_work import TransactionalFlask
from bench.pages import signed_in, subject
from bench.portal.building import SERVED, superuser
from bench.portal.gestures import firms, list_paths, search_paths
from bench.portal.people import AGENT, DEPARTMENT, MANAGER

#: requests that count of each page, after some that do not
ROUNDS, WARM_UP = 40, 12
#: addresses drawn of each kind of page
DRAWN = 40
HEAD = "| page | Python, ms | PostgreSQL, ms | together | kilobytes |\n|---|---|---|---|---|"
BACKENDS = "select pid from pg_stat_activity where datname = %s and backend_type = 'client backend' and pid <> pg_backend_pid()"


@dataclass(frozen=True)
class Spent:
    """Milliseconds of processor of a page, and the kilobytes that it sends."""

    python: float
    database: float
    kilobytes: float


def processor_table(app: TransactionalFlask, home: Path) -> str:
    """Markdown: what each page takes of the processor, read by a manager of France, then by an agent of a département."""
    lines = [HEAD]
    for kind, words in ((MANAGER, ""), (AGENT, ", agent of a département")):
        key, _ = subject(f"{kind}-01@exemple.invalid")
        client = signed_in(app, key)
        for what, paths in pages_of(kind).items():
            cost = cost_of(client, paths, home)
            together = cost.python + cost.database
            lines.append(
                f"| {what}{words} | {cost.python:.1f} | {cost.database:.1f} | {together:.1f} | {cost.kilobytes:.0f} |"
            )
    return "\n".join(lines)


def pages_of(kind: str) -> Mapping[str, list[str]]:
    """The addresses of each page that a kind of reader is asked for."""
    searches = {f"search of {what}": paths[:DRAWN] for what, paths in search_paths().items()}
    zone = DEPARTMENT if kind == AGENT else None
    firm = {"firm": [f"/entreprises/{siren}" for siren in firms(zone)[:DRAWN]]}
    lists = {f"list {name}": [path] for name, path in list_paths().items()}
    return {"`/aide`": ["/aide"], **lists, **searches, **firm, "home": ["/"]}


def cost_of(client: FlaskClient, paths: list[str], home: Path) -> Spent:
    """Ask for some pages in turn and return the mean of a page."""
    size = 0
    asked = [paths[turn % len(paths)] for turn in range(WARM_UP + ROUNDS)]
    for path in asked[:WARM_UP]:
        _get(client, path)
    began, held = time.process_time(), _spent(home)
    for path in asked[WARM_UP:]:
        size += _get(client, path)
    python, database = time.process_time() - began, _spent(home) - held
    return Spent(python * 1000 / ROUNDS, database * 1000 / ROUNDS, size / 1000 / ROUNDS)


def _get(client: FlaskClient, path: str) -> int:
    response = client.get(path)
    if response.status_code not in (200, 302):
        raise RuntimeError(f"{path}: {response.status_code}")
    return len(response.data)


def _spent(home: Path) -> float:
    """Seconds of processor that the server's processes have spent for the application."""
    with superuser(started_cluster(home)) as server:
        pids = [pid for (pid,) in server.execute(BACKENDS, [SERVED]).fetchall()]
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in pids) / 1e9
