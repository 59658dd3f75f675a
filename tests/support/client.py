"""A test client that reads every HTML answer as a strict browser, a screen reader and an attacker would."""

import re
from collections import Counter
from hashlib import sha256
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Agent
from app.core.web.answers import content_security_policy
from app.extensions import db
from tests.support.documents import Tag, errors_of, parsed
from tests.support.readers import forget_request, open_session

#: what is drawn anew for each answer: tokens, references of requests
DRAWN = re.compile(rb'name="(?:csrf_token|sending)"[^>]*? value="[^"]+|\b[0-9a-f]{16}\b')
TOKEN = re.compile(r'name="csrf_token"[^>]*? value="([^"]+)"')
#: what only a page that nobody keeps holds
KEPT = re.compile(rb"csrf|<script|<form")
#: answers already found sound, but for what is drawn
_sound: set[tuple[bytes, bool]] = set()


class InspectingClient(FlaskClient):
    """Follows no redirect by itself; every HTML answer is checked before the test sees it."""

    #: the last answer that was read, and its document until a test takes it
    _last: tuple[TestResponse, Tag] | None = None

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request and inspect the answer."""
        forget_request()
        # Read whole, and its file closed: nobody else will.
        kwargs.setdefault("buffered", True)
        response = super().open(*args, **kwargs)
        # A large body stands in a temporary file.
        response.request.environ["wsgi.input"].close()
        assert_clean_session()
        if response.mimetype == "text/html" and response.get_data():
            soup = inspect_html(response, is_fragment=_is_fragment(response))
            self._last = (response, soup) if soup else None
            policy = content_security_policy(self.application.config["VIGIE"])
            assert response.headers["Content-Security-Policy"] == policy
        return response

    def sign_in(self, agent: Agent | int) -> "InspectingClient":
        """Open a session for ``agent`` as the sign-in page would, passphrase and second factor apart."""
        agent_id = agent if isinstance(agent, int) else agent.id
        self.set_cookie("vigie", open_session(agent_id))
        return self

    def submit(
        self, path: str, form: dict[str, Any], *, page: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Post ``form`` to ``path`` with the CSRF token of ``page`` (by default the same path)."""
        origin = self.get(page or path)
        token = TOKEN.search(origin.get_data(as_text=True))
        assert token, f"no CSRF token on {page or path} ({origin.status_code})"
        return self.post(path, data={**form, "csrf_token": token[1]}, **kwargs)

    def page(self, path: str, *, status: int = 200) -> Tag:
        """The parsed page at ``path``."""
        response = self.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}"
        last, self._last = self._last, None
        # A test may change what it is given: nobody else gets the same document.
        return last[1] if last and last[0] is response else parsed(response.get_data(as_text=True))


class QuietClient(InspectingClient):
    """The same without the inspection, for tests that open very many pages."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request, and close the files of the answer."""
        kwargs.setdefault("buffered", True)
        return FlaskClient.open(self, *args, **kwargs)


def _is_fragment(response: TestResponse) -> bool:
    return response.request.headers.get("HX-Request") == "true"


def assert_clean_session() -> None:
    """No request leaves an uncommitted change behind."""
    left = [*db.session.new, *db.session.dirty, *db.session.deleted]
    assert not left, f"uncommitted changes: {left}"


def inspect_html(response: TestResponse, *, is_fragment: bool) -> Tag | None:
    """Assert that an HTML answer is valid, accessible in the ways a parser can see, and clean under the CSP.

    The document that was read; `None` for an answer already found so, which is not read again: refusals are the same by the
    thousand.
    """
    where = f"{response.request.method} {response.request.path}"
    if not is_fragment:
        # What may be kept holds neither a token nor a script: it is nobody's page.
        kept = response.headers["Cache-Control"] != "no-store"
        assert not kept or not KEPT.search(response.get_data()), where
    mark = sha256(DRAWN.sub(b"", response.get_data())).digest(), is_fragment
    if mark in _sound:
        return None
    soup = _inspect(response.get_data(as_text=True), where, is_fragment=is_fragment)
    _sound.add(mark)
    return soup


def _inspect(html: str, where: str, *, is_fragment: bool) -> Tag:
    errors = errors_of(html, is_fragment=is_fragment)
    assert not errors, f"{where}: invalid HTML {errors[:3]}"
    soup = parsed(html)
    if not is_fragment:
        assert len(soup.find_all("h1")) == 1, f"{where}: {len(soup.find_all('h1'))} h1"
        titles = [title.get_text(strip=True) for title in soup.select("head > title")]
        assert all(titles), f"{where}: empty title"
        assert len(titles) == 1, f"{where}: {len(titles)} titles"
    assert_unique_ids(soup, where)
    assert_labelled_fields(soup, where)
    assert_csp_clean(soup, where)
    assert_csrf(soup, where)
    return soup


def assert_unique_ids(soup: Tag, where: str) -> None:
    """Ids are unique, and what labels or describes points at something."""
    ids = Counter(tag["id"] for tag in soup.find_all(id=True))
    duplicates = {identifier for identifier, count in ids.items() if count > 1}
    assert not duplicates, f"{where}: duplicate ids {duplicates}"


def assert_labelled_fields(soup: Tag, where: str) -> None:
    """Each field has a label, an aria-label or an aria-labelledby."""
    named = {label.get("for") for label in soup.find_all("label")}
    for field in soup.find_all(["input", "select", "textarea"]):
        if field.get("type") in {"hidden", "submit", "button"}:
            continue
        labelled = (
            field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label")
        )
        assert labelled or (field.get("id") and field["id"] in named), (
            f"{where}: unlabelled field {field}"
        )


def assert_csp_clean(soup: Tag, where: str) -> None:
    """Nothing inline, nothing evaluated, nothing from elsewhere."""
    for tag in soup.find_all():
        handlers = [
            name for name in tag.attrs if name == "style" or name.startswith(("on", "hx-on"))
        ]
        assert not handlers, f"{where}: inline {handlers} on {tag.name}"
        for attribute in ("href", "action", "src"):
            assert not re.match(r"\s*javascript:", str(tag.get(attribute, "")), re.I), (
                f"{where}: script URL"
            )
    assert not soup.find("style"), f"{where}: inline style element"
    for script in soup.find_all("script"):
        assert str(script.get("src", "")).startswith("/static/"), (
            f"{where}: inline or foreign script"
        )


def assert_csrf(soup: Tag, where: str) -> None:
    """Every POST form carries its token and its action is a path of this site."""
    for form in soup.find_all("form"):
        assert str(form.get("action", "/")).startswith("/"), f"{where}: form to elsewhere"
        if form.get("method", "get").lower() == "post":
            # The public door has no session: its form bears a signed pass instead.
            tokens = {"name": ["csrf_token", "door"]}
            assert form.find("input", tokens), f"{where}: POST form without token"
