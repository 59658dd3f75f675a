"""Flask's session: a visitor's is kept in a signed cookie, an agent's in PostgreSQL, of which the cookie is only the key."""

import re
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from sqlalchemy import ColumnElement

from app.accounts.sessions import store
from app.accounts.sessions.store import OpenSession
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import apart, request_session
from app.core.web import htmx

#: on whose behalf sessions are written: a request that reads writes that it was made
SESSIONS = system_identity("Sessions")
#: a signed cookie has dots, a key has none
KEY = re.compile(r"[A-Za-z0-9_-]{43}")


class BrowserSession(SecureCookieSession):
    """What a browser holds. With a ``key``, ``row`` is the agent's session once `load` has found it."""

    key: str | None = None
    row: OpenSession | None = None
    #: whether the cookie must be sent again
    has_new_key: bool = False

    def load(self, *columns: ColumnElement[Any]) -> OpenSession | None:
        """What the key opens, with ``columns`` of the agent; a key that opens nothing, or nothing any more, is forgotten.

        Read in the transaction of the request, which must act for the system. A sign of life is written apart: the
        request may be one that reads.
        """
        if self.key is None:
            return None
        row = store.find(request_session(), self.key, *columns)
        if row is None:
            self.forget()
            return None
        if store.is_to_touch(row) and not htmx.is_poll():
            with apart(SESSIONS) as transaction:
                store.touch(transaction, self.key)
        self.row = row
        self.update(row.data)
        self.modified = False
        return row

    def hold(self, key: str) -> None:
        """Hold another key from now on; its row is the same, or is found again at the next request."""
        self.key, self.has_new_key = key, True

    def forget(self) -> None:
        """Become a visitor's, empty."""
        self.clear()
        self.key = self.row = None
        self.has_new_key = False
        self.modified = True


class BrowserSessions(SecureCookieSessionInterface):
    """Reads the cookie, and nothing else: who is there is asked once, by the hook that identifies requests."""

    session_class = BrowserSession

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """A session not yet loaded when the cookie is a key, a visitor's otherwise."""
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if not KEY.fullmatch(cookie):
            return super().open_session(app, request)
        browser = BrowserSession()
        browser.key = cookie
        return browser

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed; send the cookie when its value is another."""
        if not isinstance(session, BrowserSession) or session.key is None:
            super().save_session(app, session, response)
            return
        response.vary.add("Cookie")
        # A session that nobody loaded belongs to nobody: an error came before.
        if session.modified and (session.row is not None or session.has_new_key):
            with apart(SESSIONS) as transaction:
                store.save(transaction, session.key, dict(session))
        if session.has_new_key:
            response.set_cookie(self.get_cookie_name(app), session.key, **self._attributes(app))

    def _attributes(self, app: Flask) -> dict[str, Any]:
        return {
            "httponly": self.get_cookie_httponly(app),
            "path": self.get_cookie_path(app),
            "secure": self.get_cookie_secure(app),
            "samesite": self.get_cookie_samesite(app),
        }
