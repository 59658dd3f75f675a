"""What a hostile client can do with connections, on a real gunicorn and real sockets, as `gunicorn.conf.py` sets it."""

import contextlib
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from config import ROOT

# Reading them makes a folder for figures, unless there is one, and tells the whole process of it.
with patch.dict(os.environ, {"PROMETHEUS_MULTIPROC_DIR": "unused"}):
    SETTINGS = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
THREADS = SETTINGS["workers"] * SETTINGS["threads"]
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where gunicorn serves two pages, with the settings of Vigie."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--log-level",
        "warning",
        "tests.support.tiny_site:app",
    ]
    served = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PORT": str(number)})
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                if get(number, "/").endswith(b"0"):
                    break
            time.sleep(0.1)
        yield number
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(60)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def answer(client: socket.socket) -> bytes:
    received = b""
    while block := client.recv(65536):
        received += block
    return received


def get(port: int, path: str, *headers: bytes) -> bytes:
    with connect(port) as client:
        lines = [f"GET {path} HTTP/1.1".encode(), b"Host: localhost", *headers, b"", b""]
        client.sendall(b"\r\n".join(lines))
        return answer(client)


@pytest.mark.parametrize(
    "beginning",
    [
        HEAD % 100 + b"a",
        HEAD % 2_000_000 + b"a" * 600_000,
        b"GET / HTTP/1.1\r\nHost: loc",
        b"",
    ],
    ids=["bodies", "large bodies", "heads", "silence"],
)
def test_twice_as_many_unfinished_requests_as_threads_stop_nobody(
    port: int, beginning: bytes
) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(2 * THREADS):
            client = held.enter_context(connect(port))
            client.sendall(beginning)
        for _ in range(THREADS):
            assert get(port, "/").endswith(b"\r\n\r\n0")


def test_clients_that_do_not_close_nor_read_stop_nobody(port: int) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(2 * THREADS):
            client = held.enter_context(connect(port))
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        began = held.enter_context(connect(port))
        began.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert answer(began).endswith(b"0")


def test_more_connections_than_places_take_those_of_the_oldest(port: int) -> None:
    places = SETTINGS["workers"] * SETTINGS["worker_connections"]
    with contextlib.ExitStack() as held:
        for _ in range(places + 20):
            held.enter_context(connect(port)).sendall(HEAD % 10)
        assert get(port, "/").endswith(b"0")


@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
def test_a_body_arrives_whole_however_it_is_cut(port: int, size: int) -> None:
    with connect(port) as client:
        message = HEAD % size + b"a" * size
        for start in (0, 10, len(HEAD), 40_000, 600_000):
            stops = [
                stop
                for stop in (10, len(HEAD), 40_000, 600_000, None)
                if stop is None or stop > start
            ]
            client.sendall(message[start : stops[0]])
        assert answer(client).endswith(f"\r\n\r\n{size}".encode())


def test_a_client_that_waits_to_be_told_is_told(port: int) -> None:
    with connect(port) as client:
        client.sendall((HEAD % 5)[:-2] + b"Expect: 100-continue\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(b"abcde")
        assert answer(client).endswith(b"5")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"GET / HTTP/1.1\r\n" + b"X-Filler: " + b"a" * 40_000, b"431"),
        (b"GET /?" + b"a" * 5_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"4"),
        (HEAD.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n") % 0, b"400"),
    ],
    ids=["chunked", "endless head", "long address", "two lengths"],
)
def test_what_cannot_be_bounded_is_refused(port: int, sent: bytes, status: bytes) -> None:
    with connect(port) as client:
        client.sendall(sent)
        assert answer(client).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(
    "name", [b"X-Forwarded-Proto: https", b"X-Forwarded-Protocol: ssl", b"X-Forwarded-Ssl: on"]
)
def test_no_header_makes_a_request_secure(port: int, name: bytes) -> None:
    assert get(port, "/scheme", name).endswith(b"http")


def test_the_web_is_started_with_these_settings_and_no_other() -> None:
    (web,) = [
        line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("web:")
    ]
    assert web.split()[1:] == [".venv/bin/gunicorn", "wsgi:app"]
