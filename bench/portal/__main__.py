"""``python -m bench.portal --firms 350000``: build the instance once, serve it, drive it, print Markdown."""

import argparse
import logging
import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog

from app.accounts.local import factors
from app.core.database.cluster import started_cluster
from app.core.database.unit_of_work import TransactionalFlask
from bench import conditions
from bench.portal import building, comments, costs, people, processor, sessions, tables
from bench.portal import peer as redmine
from bench.portal.driving import Answers, drive, drive_enough, require_wrk
from bench.portal.gestures import Gesture, Readers, enough, every_gesture
from bench.portal.serving import Site, children_of, memory_of, served
from bench.portal.tables import CROWD

CONNECTIONS = (1, 4, CROWD)
#: seconds of requests before those that count, and how many times more than the peer's are wanted
WARM_UP, TIMES_MORE = 2, 8
#: sign-ins at once: each hashes a passphrase
AT_ONCE = 4
COMMENT = "comment"


@dataclass
class Measured:
    """What was measured of a size: each gesture at the most connections, and what the peer is compared with."""

    crowd: dict[str, Answers] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=dict)


class Rows:
    """The rows of a table, each said as soon as it is measured."""

    def __init__(self, head: str) -> None:
        self.text = head

    def add(self, row: str) -> None:
        """Add a row."""
        self.text += f"\n{row}"
        sys.stderr.write(f"{row}\n")


def main() -> None:
    """Measure each size, then the peer if asked to, in one run."""
    arguments = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    require_wrk()
    _tell(conditions.sentence())
    measured = {}
    for firms in arguments.firms:
        home = arguments.home or building.default_home(firms).parent
        with building.alone(home / f"portal-{firms}"):
            measured[firms] = _measure(home / f"portal-{firms}", firms, arguments)
    if len(measured) > 1:
        growth = tables.growth_table({firms: each.crowd for firms, each in measured.items()})
        _tell(f"### Growth\n\n{growth}")
    if arguments.peer:
        _tell(f"### Beside Redmine\n\n{_beside(measured[max(measured)].rates, arguments)}")


def _measure(home: Path, firms: int, arguments: argparse.Namespace) -> Measured:
    done = building.ready(home, firms=firms)
    try:
        with served(home) as site, building.opened(home, **site.settings):
            held = ", ".join(f"{count:,} {what}" for what, count in costs.counts().items())
            version = started_cluster(home).binaries.version
            _tell(
                f"### {firms:,} firms\n\n{held}; PostgreSQL {version} embedded, {done}. Load before: {tables.load()}. "
                f"{arguments.seconds} s a line."
            )
            found = _drive(site, arguments)
            _tell(f"{_memory(site)} Load after: {tables.load()}.")
            _tell(costs.sizes_table(home))
        with building.opened(home, **site.settings) as app:
            if arguments.processor:
                _tell(_processor(app, home))
            if not arguments.no_rights:
                _tell(_rights(app, home))
    finally:
        if not arguments.keep_running:
            started_cluster(home).stop()
    return found


def _drive(site: Site, arguments: argparse.Namespace) -> Measured:
    found, readers = Measured(), _sign_in(site)
    _tell(_drive_pages(site, every_gesture(readers), arguments.seconds, found))
    if not arguments.no_comments:
        _tell(_drive_comments(site, readers, arguments.seconds, found))
    return found


def _rights(app: TransactionalFlask, home: Path) -> str:
    before = tables.load()
    table = costs.rights_table(app, home)
    return f"With row-level security and without, in turn, in process, a manager of France. Load before: {before}.\n\n{table}"


def _processor(app: TransactionalFlask, home: Path) -> str:
    before = tables.load()
    return f"Processor time of a page, in process. Load before: {before}.\n\n{processor.processor_table(app, home)}"


def _sign_in(site: Site) -> Readers:
    """Open the sessions, through the pages that people see."""
    codes = factors.totp()

    def enter(person: tuple[str, str]) -> str:
        email, secret = person
        code = partial(codes.generate_totp_password, secret)
        return sessions.sign_in(site.address, email=email, code=code)

    def enter_all(kind: str) -> list[str]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(enter, people.secrets_of(kind).items()))

    return Readers(managers=enter_all(people.MANAGER), agents=enter_all(people.AGENT))


def _drive_pages(site: Site, gestures: list[Gesture], seconds: int, found: Measured) -> str:
    rows = Rows(tables.HEAD)
    for gesture in gestures:
        for connections in CONNECTIONS:
            sent = enough(gesture.sent, connections)
            way = {"connections": connections, "accepted": gesture.accepted}
            if connections == CONNECTIONS[0]:
                drive(site.address, sent, seconds=WARM_UP, **way)  # type: ignore[arg-type]
            answers = drive_enough(site.address, sent, seconds=seconds, **way)  # type: ignore[arg-type]
            rows.add(tables.line(gesture.what, connections, answers))
        found.crowd[gesture.what] = answers
        if gesture.kind:
            found.rates[gesture.kind] = answers.rate
    return rows.text


def _drive_comments(site: Site, readers: Readers, seconds: int, found: Measured) -> str:
    rows = Rows(tables.TOLD_HEAD)
    for connections in CONNECTIONS:
        told = comments.comment(site, readers.agents, connections=connections, seconds=seconds)
        rows.add(tables.told_line(f"on firms with {people.FOLLOWERS} followers", connections, told))
        found.rates[COMMENT] = told.rate or 0.0
    mail = comments.write_mail(site)
    return f"{rows.text}\n\n{tables.mail_sentence(mail)}"


def _memory(site: Site) -> str:
    web = [memory_of(pid) for pid in children_of(site.processes["web"].pid)]
    worker = [memory_of(site.processes["worker"].pid)]
    return (
        "Memory at the end, resident (and proportional): "
        f"{tables.memory_sentence('web workers', web)}; {tables.memory_sentence('task worker', worker)}."
    )


def _beside(rates: Mapping[str, float], arguments: argparse.Namespace) -> str:
    """The peer's own table and the ratios; a word where it is absent."""
    if not redmine.is_installed():
        return f"Not measured: Redmine is not installed. As root: `{redmine.INSTALL}`"
    home = (arguments.home or building.default_home(0).parent) / "redmine"
    rows, theirs, before = Rows(tables.HEAD), dict[str, float](), tables.load()
    with redmine.served(home) as peer:
        redmine.read_list(peer, connections=4, seconds=WARM_UP)
        for name, gesture in (("list", redmine.read_list), ("search", redmine.search)):
            for connections in CONNECTIONS:
                answers = gesture(peer, connections=connections, seconds=arguments.seconds)
                rows.add(tables.line(f"Redmine, {name}", connections, answers))
            theirs[name] = answers.rate
        notes = []
        for connections in CONNECTIONS:
            written = redmine.comment(peer, connections=connections, seconds=arguments.seconds)
            rows.add(tables.line("Redmine, comment, answer", connections, written.answers))
            notes.append(
                f"{connections}: {tables.number(written.rate)} a second until the last of {written.mails:,} e-mails"
            )
        theirs[COMMENT] = written.rate
        memory = tables.memory_sentence("workers", peer.memory)
    ratios = tables.ratio_table(rates, theirs, TIMES_MORE)
    size = f"{redmine.ISSUES:,} issues, puma {redmine.WORKERS} × {redmine.THREADS}, read by anybody"
    return "\n\n".join([
        f"Redmine 5.0.4 of Debian 12, {size}. Load before: {before}. {memory}.",
        rows.text,
        f"Comments by connections: {'; '.join(notes)}.",
        f"At {CROWD} connections; comments until the last notification, or the last e-mail:\n\n{ratios}",
    ])  # fmt: skip


def _tell(text: str) -> None:
    """Write a part of the Markdown at once: what follows may fail, or be interrupted."""
    sys.stdout.write(f"{text}\n\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.portal", description=__doc__)
    parser.add_argument("--firms", type=int, nargs="+", default=[350_000], help="one size or more")
    parser.add_argument("--home", type=Path, help="where instances are kept (default: the cache)")
    parser.add_argument("--seconds", type=int, default=6, help="of each line of the tables")
    parser.add_argument("--peer", action="store_true", help="Redmine too, in the same run")
    parser.add_argument("--no-comments", action="store_true")
    parser.add_argument("--no-rights", action="store_true")
    parser.add_argument("--processor", action="store_true", help="processor time of each page too")
    parser.add_argument("--keep-running", action="store_true", help="leave PostgreSQL running")
    return parser.parse_args()


if __name__ == "__main__":
    os.umask(0o077)
    main()
