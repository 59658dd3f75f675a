"""Serving the double, only on the loopback and never in production."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from proconnect_double.app import create_app
from proconnect_double.provider import Provider

LOOPBACK = "127.0.0.1"


class ProductionError(RuntimeError):
    """The double was started where real people sign in."""


class _QuietHandler(WSGIRequestHandler):
    """Does not log requests: their URLs contain codes."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


def serve(provider: Provider, *, port: int) -> None:
    """Serve on ``port`` until interrupted; raise `ProductionError` where ``VIGIE_ENV`` is set."""
    server = _bound(provider, port)
    try:
        server.serve_forever()
    finally:
        server.server_close()


@contextlib.contextmanager
def served(provider: Provider) -> Iterator[Provider]:
    """Serve ``provider`` on a free port, in a thread, during the block."""
    server = _bound(provider, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _bound(provider: Provider, port: int) -> BaseWSGIServer:
    if os.environ.get("VIGIE_ENV", "").strip():
        raise ProductionError("Le faux ProConnect ne démarre pas lorsque VIGIE_ENV est défini.")
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen()
        number = listener.getsockname()[1]
        provider.issuer = f"http://{LOOPBACK}:{number}/api/v2"
        # The server duplicates the descriptor: the port is never released in between.
        return make_server(
            LOOPBACK,
            number,
            create_app(provider),
            threaded=True,
            request_handler=_QuietHandler,
            fd=listener.fileno(),
        )
