"""The views that may be read from the replica, declared where they are, and who must not be sent there.

Two promises: nobody reads there what is later than ``VIGIE_REPLICA_SECONDS``, and nobody misses there what they have just written.
"""

from collections.abc import Callable

from flask import Flask, Response, current_app, request

from app.core.access.guard import SAFE_METHODS, View
from app.core.access.rows import current_identity
from config import Config

#: told to the browser of whoever has just written; it holds nothing else
JUST_WROTE = "vigie-ecrit"


def may_lag(*, why: str) -> Callable[[View], View]:
    """Declare, under its `access` or `public`, that a view may be read some seconds late, and why that harms nobody.

    A view that counts what was just done, such as one that is `paced`, may not.
    """

    def declare(view: View) -> View:
        view.may_lag = why  # type: ignore[attr-defined]
        return view

    return declare


def is_declared(app: Flask, endpoint: str | None) -> bool:
    """Whether the view of ``endpoint`` declares that it may lag."""
    return hasattr(app.view_functions.get(endpoint or ""), "may_lag")


def is_readable_late() -> bool:
    """Whether this request may be answered some seconds late: it reads such a view, and its sender has written nothing just now."""
    return (
        request.method in SAFE_METHODS
        and is_declared(current_app, request.endpoint)
        and JUST_WROTE not in request.cookies
    )


def remember_writing(response: Response) -> None:
    """Have the browser say, for as long as the replica may be late, that its reader wrote something."""
    config: Config = current_app.config["VIGIE"]
    is_told = config.database_read_url is not None and current_identity() is not None
    if not is_told or request.method in SAFE_METHODS:
        return
    response.set_cookie(
        JUST_WROTE, "1", max_age=config.replica_seconds, httponly=True, samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip
