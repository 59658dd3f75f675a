"""Real sessions: the sign-in page, its passphrase, then the code of the second factor, as a browser would."""

import re
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from turbohtml import parse

from bench.portal.people import PASSPHRASE

COOKIE = "vigie"
#: seconds that a page of sign-in may take
PATIENCE = 60
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """A browser without scripts that keeps its cookies; ``address`` is the site's, without a trailing slash."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.jar = CookieJar()
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.jar))

    def read(self, path: str, fields: Mapping[str, str] | None = None) -> str:
        """The page at ``path`` after its redirects, or the answer to a form; raise `urllib.error.HTTPError` when it is refused."""
        data = None if fields is None else urlencode(fields).encode()
        with self.opener.open(self.address + path, data, timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def submit(self, page: str, action: str, typed: Mapping[str, str]) -> str:
        """Fill in the form of ``page`` that goes to ``action``, with its hidden fields, and send it."""
        return self.read(action, {**_hidden(page, action), **typed})

    @property
    def session(self) -> str:
        """The value of the session's cookie."""
        return next(str(cookie.value) for cookie in self.jar if cookie.name == COOKIE)


def sign_in(address: str, *, email: str, code: Callable[[], str]) -> str:
    """Sign in as ``email`` and return the session's cookie; raise `RuntimeError` when the home page is not reached.

    ``code`` gives what the application shows then: it is asked for once the passphrase is taken.
    """
    browser = Visitor(address)
    typed = {"email": email, "password": PASSPHRASE}
    second = browser.submit(browser.read("/connexion"), "/connexion", typed)
    browser.submit(second, "/connexion/second-facteur", {"code": code()})
    if "/deconnexion" not in browser.read("/"):
        raise RuntimeError(f"{email} could not sign in")
    return browser.session


def cookie_of(session: str) -> dict[str, str]:
    """The header that carries a session."""
    return {"Cookie": f"{COOKIE}={session}"}


def form_token(address: str, path: str, session: str) -> str:
    """The token of the forms of a session, as the page at ``path`` holds it."""
    opener = build_opener()
    opener.addheaders = list(cookie_of(session).items())
    with opener.open(address + path, timeout=PATIENCE) as answer:
        found = TOKEN.search(answer.read().decode())
    if found is None:
        raise RuntimeError(f"{path} holds no form")
    return found[1]


def _hidden(page: str, action: str) -> dict[str, str]:
    form = parse(page).select_one(f'form[action="{action}"]')
    if form is None:
        raise RuntimeError(f"no form to {action}")
    fields = (field.attrs for field in form.select("input[type=hidden]"))
    return {str(field["name"]): str(field.get("value", "")) for field in fields}
