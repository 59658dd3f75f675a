"""What must be done before anything else: a second factor, then the commitment. The server requires both on every route.

Pages, fragments, exports and writes alike. What was typed in a form that is turned away comes back as a draft.
"""

from urllib.parse import urlsplit

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue
from htmx_flask import request as htmx_request

from app.accounts.sessions import lifecycle
from app.core.access.guard import SAFE_METHODS, Policy
from app.core.access.identity import Identity
from app.core.access.permissions import Permission
from app.core.access.rows import current_identity
from app.core.database.unit_of_work import apart
from app.core.errors import DomainError
from app.core.web import drafts, htmx, pages
from app.core.web.answers import UNSAVED_FIELDS
from config import Config


def require_second_factor() -> ResponseReturnValue | None:
    """Send a session opened with a passphrase alone to the enrolment of a second factor, except in a demonstration."""
    identity, permission = current_identity(), _permission()
    if identity is None or permission in {None, Permission.ACCOUNT_SECURE}:
        return None
    return _redirect_to("factors.totp", identity) if is_imposed() else None


def require_commitment() -> ResponseReturnValue | None:
    """Require a signed commitment before any page that shows a firm."""
    identity, permission = current_identity(), _permission()
    if identity is None or permission in {
        None,
        Permission.ACCOUNT_OWN,
        Permission.ACCOUNT_SECURE,
    }:
        return None
    # The session's own holder must be committed, even while seeing Vigie as somebody else.
    return None if lifecycle.is_committed() else _redirect_to("accounts.commitment", identity)


def is_imposed() -> bool:
    """Whether the session of this request must enrol or prove a second factor before anything else."""
    config: Config = current_app.config["VIGIE"]
    return not (config.demo or lifecycle.is_strong())


def local_path(target: str | None) -> str | None:
    """``target`` if it is a path on this site, else ``None``."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    # Browsers drop tabs and line ends: "/<tab>/elsewhere" would lead elsewhere.
    if not target.isprintable():
        return None
    return target


def save_as_draft(identity: Identity, *, path: str, fields: dict[str, list[str]]) -> None:
    """Save what was submitted to a form that could not accept it as the form's draft; say so when it is too long for that."""
    try:
        with apart(identity) as session:
            drafts.save(session, identity, form_path=path, fields=fields)
    except DomainError as error:
        flash(error.message, "warning")


def _permission() -> Permission | None:
    if pages.door_of_request() is not None:
        # No session opens it: whoever lets somebody in there requires the same of them.
        return None
    policy = current_app.policy_of(request.endpoint or "")  # type: ignore[attr-defined]
    return policy.permission if isinstance(policy, Policy) else None


def _redirect_to(endpoint: str, identity: Identity) -> ResponseReturnValue:
    if htmx.is_poll():
        return "", 204
    if _is_sent_form():
        fields = request.form.lists()
        typed = {name: values for name, values in fields if name not in UNSAVED_FIELDS}
        save_as_draft(identity, path=request.path, fields=typed)
    return htmx.redirect(endpoint, next=_return_path())


def _is_sent_form() -> bool:
    """Whether the request submits the form of a page: the action of a lone button has no page."""
    rule = request.url_rule
    has_page = rule is not None and "GET" in (rule.methods or ())
    return request.method not in SAFE_METHODS and has_page


def _return_path() -> str | None:
    """The path of the page that was requested, or that contains what was requested."""
    if request.method in SAFE_METHODS and not htmx.wants_fragment():
        return request.full_path.rstrip("?")
    if _is_sent_form():
        return request.path
    page = urlsplit(str(htmx_request.htmx.current_url or request.referrer or ""))
    return local_path(page.path)
