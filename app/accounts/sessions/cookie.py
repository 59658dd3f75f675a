"""Flask's session: a visitor's is kept in a signed cookie; an agent's in PostgreSQL, with only its key in the cookie."""

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

#: on whose behalf sessions are written: even a request that only reads records when it was made
SESSIONS = system_identity("Sessions")
#: a signed cookie contains dots, a key does not
KEY = re.compile(r"[A-Za-z0-9_-]{43}")


class BrowserSession(SecureCookieSession):
    """The session of a browser. With a ``key``, ``row`` is the agent's session once `load` has found it."""

    key: str | None = None
    row: OpenSession | None = None
    #: whether the cookie must be sent again
    has_new_key: bool = False

    def load(self, *columns: ColumnElement[Any]) -> OpenSession | None:
        """The session that the key opens, with ``columns`` of its agent; an unknown or expired key is dropped.

        It is read in the request's transaction, which must act for the system. The time of last use is written in a
        separate one, since the request's may be read-only.
        """
        if self.key is None:
            return None
        row = store.find(request_session(), self.key, *columns)
        if row is None:
            self.forget()
            return None
        if store.needs_touch(row) and not htmx.is_poll():
            with apart(SESSIONS) as transaction:
                store.touch(transaction, self.key)
        self.row = row
        self.update(row.data)
        self.modified = False
        return row

    def hold(self, key: str) -> None:
        """Use another key from now on; its row is the same, or is loaded at the next request."""
        self.key, self.has_new_key = key, True

    def forget(self) -> None:
        """Become an empty visitor's session."""
        self.clear()
        self.key = self.row = None
        self.has_new_key = False
        self.modified = True


class BrowserSessions(SecureCookieSessionInterface):
    """Reads only the cookie: the agent is looked up once, by the hook that identifies requests."""

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
        """Write what changed; send the cookie when it has a new value."""
        if not isinstance(session, BrowserSession) or session.key is None:
            super().save_session(app, session, response)
            return
        response.vary.add("Cookie")
        # A session that was never loaded belongs to nobody: an error occurred before.
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
