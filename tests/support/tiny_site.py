"""A site of two pages for gunicorn: what holds connections is tried without an instance."""

import time
from collections.abc import Callable, Iterable
from typing import Any


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer the length of the body, or the scheme of the request."""
    if environ["PATH_INFO"] == "/scheme":
        said = environ["wsgi.url_scheme"].encode()
    elif environ["PATH_INFO"] == "/large":
        said = b"x" * 30_000_000
    elif environ["PATH_INFO"] == "/slow":
        time.sleep(0.2)
        said = b"slow"
    else:
        said = str(len(environ["wsgi.input"].read())).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
    return [said]
