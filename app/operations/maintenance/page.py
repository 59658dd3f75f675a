"""The answer of a closed instance: the same for everybody, with what was typed, to be sent again.

Nothing of it is read from the database, which may have no table at that moment; who asks is not known.
"""

import functools
from urllib.parse import quote

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app.core.access.guard import SAFE_METHODS
from app.core.logging import get_logger
from app.core.maintenance.gate import MaintenanceError
from app.core.text.french import datetime_fr
from app.core.web import htmx
from app.core.web.answers import LONGEST_RESUME, NO_REFERRER
from app.core.web.pages import door_of_request
from app.operations.health import routes as health

logger = get_logger(__name__)

#: seconds after which a browser, a proxy or a tool may ask again
RETRY_AFTER = "60"
#: fields that are never written in a page: they are typed again
SECRETS = frozenset({"again", "code", "credential", "passphrase", "password", "present"})
STATUS = 503
#: what tells those who watch: in a maintenance too
WATCHED = "health.show"


def answer(error: MaintenanceError) -> ResponseReturnValue:
    """Answer 503, with when to come back. What a form sent is in the page: nothing of it was written."""
    if request.endpoint == WATCHED:
        return health.show()
    _note(error.message)
    response = _told(error) if htmx.wants_fragment() else _page(error)
    response.status_code = STATUS
    response.headers["Retry-After"] = RETRY_AFTER
    if door_of_request() is not None:
        response.headers["Referrer-Policy"] = NO_REFERRER
    return response


@functools.cache
def _note(message: str) -> None:
    """Log why pages are refused, once in the life of a process."""
    logger.warning("closed", why=message)


def _told(error: MaintenanceError) -> Response:
    """For a script, which keeps the form in its page."""
    return Response(error.message, mimetype="text/plain")


def _page(error: MaintenanceError) -> Response:
    sends = request.method not in SAFE_METHODS
    fields, is_whole = _typed() if sends else ([], True)
    page = render_template(
        "operations/maintenance.html",
        sends=sends,
        fields=fields,
        is_whole=is_whole,
        address=_address(),
        reason=error.reason,
        since=datetime_fr(error.since) if error.since else None,
    )
    return make_response(page)


def _address() -> str:
    """The address that was asked, as it was written: a browser would read its « /\\ », once decoded, as another site."""
    return "?".join(filter(None, (quote(request.path), request.query_string.decode("latin-1"))))


def _typed() -> tuple[list[tuple[str, str]], bool]:
    """What the form said, field by field, and whether that is all of it: neither files nor passphrases go in a page."""
    try:
        sent = list(request.form.items(multi=True))
        has_files = any(file.filename for file in request.files.values())
    except RequestEntityTooLarge:
        return [], False
    kept = [(name, value) for name, value in sent if name not in SECRETS]
    if sum(len(value) for _, value in kept) > LONGEST_RESUME:
        return [], False
    return kept, len(kept) == len(sent) and not has_files
