"""The web and the worker as the Procfile starts them, a sink for their mail, and what their processes hold in memory."""

import multiprocessing
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from aiosmtpd.controller import Controller

from config import ROOT

#: seconds to start, and to stop
TO_START, TO_STOP = 120.0, 40.0
#: many more searches than a person makes: few people sign in, and each types for hundreds
SETTINGS = {"VIGIE_SEARCHES_PER_MINUTE": "1000000", "VIGIE_DAILY_READINGS": "1000000"}
VENV = ".venv/bin/"


@dataclass(frozen=True)
class Memory:
    """Megabytes of a process: what is in memory, and its share of what it has in common with others."""

    resident: float
    proportional: float


@dataclass(frozen=True)
class Site:
    """Where the portal answers, its environment, its processes by name in the Procfile, and the sink of its mail."""

    address: str
    settings: Mapping[str, str]
    processes: Mapping[str, subprocess.Popen[bytes]]
    mail: "Sink"


class Sink:
    """Takes every message and keeps none, in a process of its own."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.port = free_port()
        self._count: Any = context.Value("L", 0)
        self._process = context.Process(target=_take, args=(self.port, self._count), daemon=True)

    @property
    def count(self) -> int:
        """How many messages were taken."""
        return int(self._count.value)

    def __enter__(self) -> "Sink":
        self._process.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.join()


class _Counting:
    """Counts messages."""

    def __init__(self, count: Any) -> None:
        self.count = count

    async def handle_DATA(self, *_exchange: object) -> str:  # noqa: N802 - the library's name
        """Take a message."""
        with self.count.get_lock():
            self.count.value += 1
        return "250 OK"


def _take(port: int, count: Any) -> None:
    controller = Controller(_Counting(count), hostname="127.0.0.1", port=port)
    controller.start()
    signal.pause()


def free_port() -> int:
    """A port of this machine that nothing listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def commands() -> dict[str, list[str]]:
    """The commands of the Procfile, by name, with the programs that stand beside this Python."""
    programs = f"{Path(sys.executable).parent}/"
    lines = (ROOT / "Procfile").read_text().splitlines()
    pairs = [line.split(": ", 1) for line in lines if line]
    return {name: shlex.split(command.replace(VENV, programs)) for name, command in pairs}


@contextmanager
def served(home: Path) -> Iterator[Site]:
    """Serve the instance in ``home`` until the end of the block; raise `RuntimeError` when it does not start."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        mail = stack.enter_context(Sink())
        settings = {
            "VIGIE_PUBLIC_URL": address,
            "VIGIE_SMTP_PORT": str(mail.port),
            **SETTINGS,
        }
        more = {**settings, "VIGIE_HOME": str(home), "PORT": str(port)}
        started = {
            name: stack.enter_context(
                process(commands()[name], log=home / f"{name}.log", environment=more)
            )
            for name in ("web", "worker")
        }
        wait_until(lambda: answers(f"{address}/connexion"), f"{home}/web.log")
        yield Site(address, settings, started, mail)


@contextmanager
def process(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str], folder: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A process until the end of the block, its output in ``log``."""
    inherited = {name: value for name, value in os.environ.items() if name != "FLASK_RUN_FROM_CLI"}
    with log.open("wb") as output:
        started = subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=folder, env={**inherited, **environment}, stdout=output,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield started
        finally:
            started.terminate()
            try:
                started.wait(TO_STOP)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def wait_until(is_so: Callable[[], bool], otherwise: str, *, seconds: float = TO_START) -> None:
    """Wait until something is so; raise `RuntimeError` that names ``otherwise`` when it takes too long."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise RuntimeError(f"nothing after {seconds:.0f} s: {otherwise}")
        time.sleep(0.1)


def answers(address: str) -> bool:
    """Whether a page is served."""
    try:
        with urlopen(address, timeout=TO_START) as answer:  # noqa: S310 - this machine
            return int(answer.status) == 200
    except (URLError, ConnectionError):
        return False


def memory_of(pid: int) -> Memory:
    """What a process holds in memory now."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}
    return Memory(sizes["Rss"], sizes["Pss"])


def children_of(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    tasks = Path(f"/proc/{pid}/task")
    return [
        int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()
    ]
