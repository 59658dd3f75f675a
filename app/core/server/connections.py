"""The worker of gunicorn: requests are received in one loop, and only whole ones are given to a thread.

gunicorn's own gives a connection to a thread at once, which then waits for what the client sends: as many unfinished requests as
there are threads stop the site. Here a client that does not finish costs a socket and some memory until its time is over, or until
another needs its place. Bodies too large for memory are read by threads, a few at a time and never by all of them.
"""

import contextlib
import math
import selectors
import socket
import time
from collections import deque
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from app.core.server.reception import Progress, Reception

#: seconds to send a request that is kept in memory, from the connection on
TO_SEND = 20.0
#: seconds that a thread waits for the next bytes of a large body, or for the client to take a piece of an answer
TO_GO_ON = 10.0
#: bytes a second below which a large body is given up
SLOWEST = 32 * 1024
#: seconds in which a client that has its answer may close the connection itself
TO_CLOSE = 2.0
READ = 64 * 1024
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
REFUSALS = {
    Progress.TOO_LONG: b"431 Request Header Fields Too Large",
    Progress.NO_LENGTH: b"411 Length Required",
}


class BoundedSocket(socket.socket):
    """A socket on which nothing blocks for longer than `TO_GO_ON`, whoever asks it to block."""

    #: when to stop receiving, even from a client that goes on, very slowly
    until = math.inf

    def recv(self, *arguments: Any) -> bytes:
        """Receive as usual; raise `TimeoutError` once the time is over."""
        if time.monotonic() > self.until:
            raise TimeoutError
        return super().recv(*arguments)

    def setblocking(self, flag: bool) -> None:
        """Wait, but not for ever; or do not wait."""
        self.settimeout(TO_GO_ON if flag else 0.0)


class Connection(TConn):  # type: ignore[misc]
    """A connection, what has been received on it, and until when it may go on."""

    def __init__(self, cfg: Any, sock: BoundedSocket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.reception = Reception()
        self.deadline = time.monotonic() + TO_SEND
        self.is_large = False

    def begin(self) -> None:
        """Have gunicorn read what was received before what is still to come; called in a thread."""
        self.data_ready = True
        self.init()
        self.parser.unreader.unread(bytes(self.reception.received))
        self.reception = Reception()


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """A threaded worker whose threads only see whole requests; connections are not kept alive."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        #: those that are sending a request, and those that are about to close, oldest first
        self.receiving: dict[Connection, None] = {}
        self.closing: dict[Connection, None] = {}
        #: large bodies that wait for their turn, and how many have it
        self.large: deque[Connection] = deque()
        self.large_in_threads = 0

    def accept(self, listener: socket.socket) -> None:
        """Take a connection into the loop; when all places are taken, the oldest unfinished one loses its own."""
        try:
            accepted, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        sock = BoundedSocket(fileno=accepted.detach())
        conn = Connection(self.cfg, sock, client, listener.getsockname())
        self.nr_conns += 1
        self.receiving[conn] = None
        self.poller.register(sock, selectors.EVENT_READ, partial(self._receive, conn))
        if self.nr_conns >= self.worker_connections:
            self._make_room()

    def handle(self, conn: Connection) -> Any:
        """Serve a request whose bytes are here. Runs in a thread."""
        conn.begin()
        return super().handle(conn)

    def finish_request(self, conn: Connection, _result: Any) -> None:
        """Let the client close first, without waiting for it here; then let the next large body in. Runs in the loop."""
        if conn.is_large:
            self.large_in_threads -= 1
            self._let_large_in()
        if conn.sock.fileno() < 0:
            self.nr_conns -= 1
            return
        with contextlib.suppress(OSError):
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        conn.deadline = time.monotonic() + TO_CLOSE
        self.closing[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))

    def murder_pending(self) -> None:
        """Close the connections whose time is over; a worker that stops shortens it."""
        now = time.monotonic()
        if not self.alive:
            for conn in self.receiving:
                conn.deadline = min(conn.deadline, now + TO_CLOSE)
        for conn in [conn for conn in (*self.receiving, *self.closing) if conn.deadline < now]:
            self._drop(conn)

    def _receive(self, conn: Connection, sock: socket.socket) -> None:
        data = self._read(conn, sock)
        if data is None:
            return
        progress = conn.reception.add(data) if data else None
        if progress is Progress.CONTINUE:
            self._send(conn, CONTINUE)
        elif progress is Progress.WHOLE:
            self._leave_loop(conn)
            self.enqueue_req(conn)
        elif progress is Progress.LARGE:
            self._leave_loop(conn)
            conn.is_large = True
            self.large.append(conn)
            self._let_large_in()
        elif progress is not Progress.WAIT:
            if progress is not None:
                refusal = b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                self._send(conn, refusal % REFUSALS[progress])
            self._drop(conn)

    def _drain(self, conn: Connection, sock: socket.socket) -> None:
        if self._read(conn, sock) == b"":
            self._drop(conn)

    def _read(self, conn: Connection, sock: socket.socket) -> bytes | None:
        """What has come, empty at the end; ``None`` when nothing did, or when the connection was lost and dropped."""
        try:
            return sock.recv(READ)
        except BlockingIOError:
            return None
        except OSError:
            self._drop(conn)
            return None

    def _send(self, conn: Connection, message: bytes) -> None:
        with contextlib.suppress(OSError):
            conn.sock.send(message)

    def _let_large_in(self) -> None:
        """Give a thread to large bodies, so long as as many are left to the others."""
        while self.large and self.large_in_threads < max(1, self.cfg.threads // 2):
            self.large_in_threads += 1
            conn = self.large.popleft()
            length = conn.reception.expected or 0
            conn.sock.until = time.monotonic() + TO_SEND + length / SLOWEST
            self.enqueue_req(conn)

    def _make_room(self) -> None:
        for waiting in (self.closing, self.receiving):
            if waiting:
                self._drop(next(iter(waiting)))
                return
        if self.large:
            self.nr_conns -= 1
            self.large.popleft().close()

    def _leave_loop(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        self.receiving.pop(conn, None)
        self.closing.pop(conn, None)

    def _drop(self, conn: Connection) -> None:
        self._leave_loop(conn)
        self.nr_conns -= 1
        conn.close()
