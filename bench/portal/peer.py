"""Redmine 5.0 of Debian 12's packages on the same machine: a folder and a cluster of its own, built once, nothing of the system changed.

Root is needed for the packages only (`INSTALL`). It does other things than Vigie in each page, and Debian's is of 2022.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.core.database.cluster import SUPERUSER, LocalCluster, started_cluster
from bench.portal.building import superuser
from bench.portal.driving import Answers, Outgoing, drive, drive_enough
from bench.portal.serving import (
    Memory,
    Sink,
    answers,
    children_of,
    free_port,
    memory_of,
    process,
    wait_until,
)

INSTALL = (
    "echo 'redmine redmine/instances/default/dbconfig-install boolean false' | debconf-set-selections; "
    "apt-get install --no-install-recommends redmine redmine-pgsql puma ruby-rotp ruby-rqrcode ruby-mini-magick "
    "ruby-roadie-rails ruby-rouge wrk"
)
SOURCE = Path("/usr/share/redmine")
#: where Debian says which gems there are
GEMS = (
    Path("/usr/share/rubygems-integration/all"), Path("/usr/share/rubygems-integration/3.1.0"),
    Path("/usr/lib/x86_64-linux-gnu/rubygems-integration/3.1.0"),
)  # fmt: skip
ISSUES, MEMBERS, WATCHED = 100_000, 50, 50
KEY = "0123456789abcdef0123456789abcdef01234567"
DATABASE = "redmine"
WORKERS, THREADS = 2, 4
LIST = "/projects/suivi/issues?set_filter=1"
SEARCH = "/projects/suivi/search?q={}&issues=1"
KINDS = ("boulangerie", "garage", "transport", "menuiserie", "scierie")
NAMES = ("martin", "durand", "lefevre", "girard", "bernard", "roussel")
#: seconds without a message after which the last one has come, and seconds waited for it
QUIET, PATIENCE = 3.0, 180.0


@dataclass(frozen=True, kw_only=True)
class Peer:
    """Where Redmine answers, its sink, and its processes."""

    address: str
    mail: Sink
    pid: int

    @property
    def memory(self) -> list[Memory]:
        """What each of its workers holds."""
        return [memory_of(pid) for pid in children_of(self.pid)]


@dataclass(frozen=True, kw_only=True)
class Commented:
    """Comments written, and the seconds from the first request to the last e-mail of their watchers."""

    answers: Answers
    seconds: float
    mails: int

    @property
    def rate(self) -> float:
        """Comments a second, until the last e-mail; those written without time for their answer count too."""
        return self.mails / MEMBERS / self.seconds


def is_installed() -> bool:
    """Whether the packages are there."""
    return SOURCE.is_dir() and all(shutil.which(name) for name in ("bundle", "puma", "wrk"))


@contextmanager
def served(home: Path) -> Iterator[Peer]:
    """Serve Redmine with puma until the end of the block; its folder in ``home`` is made first unless it is there."""
    home.mkdir(parents=True, exist_ok=True)
    cluster = started_cluster(home)
    if not (home / "ready").exists():
        _build(home, cluster)
        (home / "ready").touch()
    port = free_port()
    with Sink() as mail:
        _write_mail_settings(home, mail.port)
        options = ("-w", WORKERS, "-t", f"{THREADS}:{THREADS}", "-C", "config/puma.rb")
        command = ["bundle", "exec", "puma", *options, "-b", f"tcp://127.0.0.1:{port}"]
        with process(
            [str(word) for word in command],
            log=home / "puma.log",
            environment=_environment(home),
            folder=home / "redmine",
        ) as started:
            address = f"http://127.0.0.1:{port}"
            wait_until(partial(answers, f"{address}{LIST}"), f"{home}/puma.log")
            yield Peer(address=address, mail=mail, pid=started.pid)
    cluster.stop()


def read_list(peer: Peer, *, connections: int, seconds: float) -> Answers:
    """The list of the project's issues, as anybody."""
    sent = [Outgoing(target=LIST)] * connections
    return drive_enough(peer.address, sent, connections=connections, seconds=seconds)


def search(peer: Peer, *, connections: int, seconds: float) -> Answers:
    """Two words among the subjects, as anybody."""
    sent = [Outgoing(target=SEARCH.format(f"{kind}+{name}")) for kind in KINDS for name in NAMES]
    return drive_enough(peer.address, sent, connections=connections, seconds=seconds)


def comment(peer: Peer, *, connections: int, seconds: float) -> Commented:
    """A note on issues that fifty people watch, until the sink took the last e-mail."""
    headers = {"X-Redmine-API-Key": KEY, "Content-Type": "application/json"}
    body = '{"issue":{"notes":"Banc d’essai : l’entreprise a été jointe."}}'
    numbers = range(WATCHED, ISSUES + 1, WATCHED)
    sent = [
        Outgoing(target=f"/issues/{number}.json", method="PUT", headers=headers, body=body)
        for number in numbers
    ]
    before, began = peer.mail.count, time.monotonic()
    found = drive(peer.address, sent, connections=connections, seconds=seconds, accepted=(200, 204))
    last = _last_message(peer.mail)
    return Commented(answers=found, seconds=last - began, mails=peer.mail.count - before)


def _last_message(mail: Sink) -> float:
    """When the last message came, once none has come for a while."""
    count, last, end = mail.count, time.monotonic(), time.monotonic() + PATIENCE
    while time.monotonic() < min(last + QUIET, end):
        time.sleep(0.05)
        if mail.count != count:
            count, last = mail.count, time.monotonic()
    return last


def _build(home: Path, cluster: LocalCluster) -> None:
    sys.stderr.write(f"building Redmine with {ISSUES} issues in {home}: a minute\n")
    root = home / "redmine"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(SOURCE, root, symlinks=True)
    for link in (root / "instances", root / "Gemfile.lock", root / "config" / "database.yml"):
        link.unlink(missing_ok=True)
    for name in ("config", "tmp", "log", "files", "public/plugin_assets"):
        (_instance(home) / name).mkdir(parents=True)
    gemfile = root / "Gemfile"
    gemfile.write_text(gemfile.read_text().replace(f"{SOURCE}/", f"{root}/"))
    (root / "Gemfile.local").write_text("gem 'puma'\n")
    (root / "config" / "puma.rb").write_text("preload_app!\nenvironment 'production'\n")
    (_instance(home) / "config" / "database.yml").write_text(_database(cluster))
    _write_mail_settings(home, free_port())
    _complete_gems(home)
    with superuser(cluster) as server:
        server.execute(f"drop database if exists {DATABASE}")
        server.execute(f"create database {DATABASE} template template0 encoding 'UTF8'")
    _run(home, "bundle", "install", "--local")
    _run(home, "bundle", "exec", "rake", "db:migrate")
    # In a process of its own: what migrated still believes in the tables of before.
    _run(home, "bundle", "exec", "rake", "redmine:load_default_data")
    _fill(cluster)


def _fill(cluster: LocalCluster) -> None:
    script = Path(__file__).with_name("peer.sql").read_text()
    for name, value in {"issues": ISSUES, "members": MEMBERS, "key": KEY}.items():
        script = re.sub(rf":{name}\b", str(value), script)
    with superuser(cluster, DATABASE) as server:
        server.execute(script)
        server.execute("vacuum analyze")


def _run(home: Path, *command: str) -> None:
    with (home / "build.log").open("ab") as log:
        subprocess.run(  # noqa: S603 - Debian's programs
            command, cwd=home / "redmine", env={**os.environ, **_environment(home)}, check=True,
            stdout=log, stderr=subprocess.STDOUT, timeout=600,
        )  # fmt: skip


def _complete_gems(home: Path) -> None:
    """Give a folder to the gems that Debian installs among Ruby's own files: bundler wants one."""
    for known in GEMS:
        for described in (known / "specifications").glob("*.gemspec"):
            if not (known / "gems" / described.stem).exists():
                (home / "gems" / "gems" / described.stem / "lib").mkdir(parents=True, exist_ok=True)
                (home / "gems" / "specifications").mkdir(exist_ok=True)
                shutil.copy(described, home / "gems" / "specifications")


def _environment(home: Path) -> dict[str, str]:
    return {
        "BUNDLE_GEMFILE": str(home / "redmine" / "Gemfile"),
        "GEM_PATH": f"{home / 'gems'}:{_system_gems()}",
        "RAILS_ENV": "production",
        "REDMINE_LANG": "fr",
        "SECRET_KEY_BASE": "banc d’essai",
        "HOME": str(home),
    }


@functools.cache
def _system_gems() -> str:
    asked = subprocess.run(["gem", "env", "gempath"], capture_output=True, text=True, check=True)  # noqa: S607
    return asked.stdout.strip()


def _instance(home: Path) -> Path:
    return home / "redmine" / "instances" / "default"


def _database(cluster: LocalCluster) -> str:
    return (
        f"production:\n  adapter: postgresql\n  encoding: utf8\n  database: {DATABASE}\n"
        f"  host: {cluster.socket_dir}\n  username: {SUPERUSER}\n  pool: 20\n"
    )


def _write_mail_settings(home: Path, port: int) -> None:
    (_instance(home) / "config" / "configuration.yml").write_text(
        "production:\n  email_delivery:\n    delivery_method: :smtp\n    smtp_settings:\n"
        f"      address: 127.0.0.1\n      port: {port}\n"
    )
