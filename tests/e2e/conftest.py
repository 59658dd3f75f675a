"""A real browser on a real server: Debian's Chromium, the application on a free port of the loopback."""

import os
import re
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from app.core.database.unit_of_work import TransactionalFlask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
EXPECTED = re.compile(r"status of (401|403|404|422)")
#: without these, Chromium calls home at every start
QUIET = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The driver; its event loop would be in the way of the next modules."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium; `make test` installs it."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert path, "Chromium manque : apt install chromium"
    # Chromium's sandbox needs a user that is not root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])
    yield browser
    browser.close()


@pytest.fixture
def address(app: TransactionalFlask, fresh_database: None) -> Iterator[str]:
    """The address of the application, served for one test."""
    server = make_server("127.0.0.1", 0, _closing(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _closing(app: TransactionalFlask) -> "WSGIApplication":
    """The application, that closes each answer itself: the development server leaves it open when the browser hangs up."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as sent:
            return list(sent)

    return answer


def _is_a_complaint(message: ConsoleMessage) -> bool:
    # A refused form or a page out of reach is an answer like another, which Chromium reports as a failed resource.
    return message.type == "error" and not EXPECTED.search(message.text)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A tab of a browser that holds no cookie; what the browser complains of fails the test."""
    context = browser.new_context(
        base_url=address, locale="fr-FR", viewport={"width": 1280, "height": 900}
    )
    complaints: list[str] = []
    tab = context.new_page()
    tab.on(
        "console",
        lambda message: complaints.append(message.text) if _is_a_complaint(message) else None,
    )
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    context.close()
    assert complaints == []
