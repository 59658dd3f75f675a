"""Pages and fragments: one URL, one context, one included file."""

from urllib.parse import urlsplit

from flask import render_template, url_for
from htmx_flask import make_response, request
from werkzeug.utils import redirect as plain_redirect
from werkzeug.wrappers import Response


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page: boosted links and history navigation need all of it."""
    return (
        bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request
    )


def is_poll() -> bool:
    """Whether the page is polling by itself, with nobody at the keyboard, as requests.js signals."""
    return "X-Poll" in request.headers


def render(page: str, fragment: str, *, status: int = 200, **context: object) -> tuple[str, int]:
    """The page, or its fragment for htmx; the page includes the same file, so that the two cannot diverge."""
    return render_template(fragment if wants_fragment() else page, **context), status


def redirect(endpoint: str, **values: object) -> Response:
    """Go to another page after a write: 303, or ``HX-Redirect`` when htmx asked."""
    location = url_for(endpoint, **values)  # type: ignore[arg-type]
    return go_to(location) if request.htmx else plain_redirect(location, 303)


def go_to(location: str) -> Response:
    """Have htmx leave for ``location``. When the page asking is that one, it is loaded again: to another place of itself, a browser
    scrolls and shows nothing of what was written.
    """
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    there = urlsplit(location)
    if (here.path, here.query) == (there.path, there.query):
        return refresh()
    response: Response = make_response("", redirect=location)
    return response


def refresh() -> Response:
    """Have htmx reload the page: what was being polled is over, and more than a part of the page changed."""
    response: Response = make_response("", refresh=True)
    return response
