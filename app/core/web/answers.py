"""What every response carries: security headers, a request id, error pages without internals, and a way to recover typed text."""

import json
import re
import secrets
from collections.abc import Callable, Sequence

import structlog
from flask import Flask, Response, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    Forbidden,
    HTTPException,
    RequestEntityTooLarge,
    SecurityError,
    Unauthorized,
)

from app.core.access.guard import SAFE_METHODS
from app.core.access.rows import current_identity
from app.core.errors import NotFoundError
from app.core.logging import get_logger, trace
from app.core.server import outages
from app.core.slots import Slot
from app.core.web.pages import door_of_request
from config import Config
from config.web import proconnect_origin

logger = get_logger(__name__)

NO_FRAME = "frame-ancestors 'none'"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action {forms}; base-uri 'none'; " + NO_FRAME
)
#: for uploaded files: even opened in a tab, they run and load nothing
SANDBOX = f"sandbox; default-src 'none'; {NO_FRAME}"
#: every feature that Chromium lets a page request, all denied; only passkeys are left available
FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "captured-surface-control", "clipboard-read",
    "clipboard-write", "compute-pressure", "deferred-fetch", "digital-credentials-create",
    "digital-credentials-get", "display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation",
    "gyroscope", "hid", "identity-credentials-get", "idle-detection", "interest-cohort", "keyboard-map",
    "language-detector", "language-model", "local-fonts", "local-network-access", "magnetometer", "microphone",
    "midi", "on-device-speech-recognition", "otp-credentials", "payment", "picture-in-picture",
    "private-state-token-issuance", "private-state-token-redemption", "screen-wake-lock", "serial",
    "speaker-selection", "storage-access", "summarizer", "sync-xhr", "translator", "unload", "usb",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip
#: what a page asks for whose address is a secret. Over HTTPS the CSRF protection refuses a form without a referrer: such a page has
#: forms that its address alone protects
NO_REFERRER = "no-referrer"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
}
#: what is the same for everybody: five minutes, so that what is withdrawn does not stay
OPEN = "public, max-age=300"
TRANSPORT = "max-age=63072000; includeSubDomains"
#: what nginx ($request_id) and the others give: 32 hexadecimal digits, or a UUID
REQUEST_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
UNKNOWN_NAME = (
    "Vigie ne répond pas à ce nom de site. Vérifiez l’adresse ; l’exploitant déclare les noms du service dans "
    "VIGIE_PUBLIC_URL et VIGIE_TRUSTED_HOSTS.\n"
)
MESSAGES = {
    400: (
        "Demande refusée",
        "La demande est incomplète ou n’a pas pu être vérifiée. Revenez à la page précédente et réessayez.",
    ),
    401: ("Connexion nécessaire", "Votre session a expiré ou vous n’êtes pas connecté."),
    403: ("Action non autorisée", "Vous n’avez pas le droit de faire cette action."),
    404: (
        "Page introuvable",
        "Cette page n’existe pas, ou elle ne fait pas partie de ce que vous pouvez consulter.",
    ),
    405: ("Méthode refusée", "Cette adresse n’accepte pas cette méthode."),
    413: (
        "Envoi trop volumineux",
        "Le texte ou le fichier envoyé dépasse la taille acceptée. Réduisez-le puis réessayez.",
    ),
    414: (
        "Adresse trop longue",
        "Cette adresse est trop longue. Revenez à la page précédente et demandez-en moins à la fois.",
    ),
    500: (
        "Erreur interne",
        "Une erreur est survenue ; elle est enregistrée. Rien de ce que vous aviez validé n’est perdu.",
    ),
    503: (
        "Vigie est momentanément indisponible",
        "Rien de ce que vous aviez validé n’est perdu. Réessayez dans une minute.",
    ),
}
#: characters of a lost form that are sent back in a page, to be sent again after sign-in
LONGEST_RESUME = 1_500_000
#: seconds after which a browser or a proxy may ask again
RETRY_AFTER = "60"
TOO_SLOW = (
    "Cette demande prend trop de temps",
    "Elle a été interrompue. Précisez-la, ou réessayez dans une minute.",
)
#: ``(target, resume) -> page``, provided by the accounts domain
SignedOutPage = Callable[[str, str], str]

#: the page shown to somebody who needs to sign in
signed_out_page: Slot[SignedOutPage] = Slot("signed-out page")
#: parts of an address that open something to whoever knows them
SECRETS = frozenset({"follow_up", "link_secret", "secret", "token"})
OTHER_SITES = frozenset({"cross-site", "same-site"})
#: fields of a lost form that must never be sent back in a page
UNSAVED_FIELDS = frozenset(
    {
        "again",
        "code",
        "credential",
        "csrf_token",
        "next",
        "passphrase",
        "password",
        "present",
        "resume",
        "sending",
    }
)


def init_app(app: Flask) -> None:
    """Register the hooks and the error pages."""
    app.before_request(_name_request)
    app.before_request(_refuse_other_names)
    app.before_request(_refuse_other_sites)
    app.after_request(_finish)
    app.register_error_handler(SecurityError, _unknown_name)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotFoundError, _not_found)
    app.register_error_handler(Exception, _unexpected_error)


def _name_request() -> None:
    g.request_id = _given_id() or secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _given_id() -> str | None:
    """The id that the proxy in front gave the request, where there is one that is believed and it looks like an id: never free text."""
    config: Config = current_app.config["VIGIE"]
    given = request.headers.get("X-Request-Id", "")
    return given.lower() if config.proxies and REQUEST_ID.fullmatch(given) else None


def _refuse_other_names() -> None:
    """Stop a request for an unknown host before anything else: neither its identity nor its route is looked at."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception


def _unknown_name(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """Answer in plain text: a page would need URLs, and there is no trusted host to build them with."""
    return UNKNOWN_NAME, 400, {"Content-Type": "text/plain; charset=utf-8"}


def _refuse_other_sites() -> None:
    """Refuse a write that, according to the browser, comes from a page of another site: a defence on top of the CSRF token."""
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site") in OTHER_SITES:
        raise Forbidden("Cette demande vient d’un autre site : elle n’est pas suivie.")


def content_security_policy(config: Config) -> str:
    """The policy of every page. Browsers apply it to a form's redirects too, and some lead to ProConnect when it is used."""
    forms = " ".join(["'self'", *filter(None, [proconnect_origin(config)])])
    return CONTENT_SECURITY_POLICY.format(forms=forms)


def let_embed(origins: Sequence[str]) -> None:
    """Let the pages of some https origins hold the answer of this request in a frame; every other answer is held by nobody."""
    g.embedded_by = tuple(origins)


def protection(config: Config, *, is_secure: bool) -> dict[str, str]:
    """The security headers of every response, page or file; ``is_secure``: requested over HTTPS."""
    transport = {"Strict-Transport-Security": TRANSPORT} if is_secure else {}
    return {**HEADERS, "Content-Security-Policy": content_security_policy(config), **transport}


def open_answer(content: str | Response, *, mimetype: str = "text/html") -> Response:
    """An answer that says the same to everybody, and that whoever stands between may keep for a while.

    It must hold neither a token nor who reads it: a template of it extends ``layouts/open.html``.
    """
    answer = content if isinstance(content, Response) else Response(content, mimetype=mimetype)
    answer.headers["Cache-Control"] = OPEN
    g.is_open = answer.status_code == 200
    return answer


def _finish(response: Response) -> Response:
    is_sandboxed = response.headers.get("Content-Security-Policy") == SANDBOX
    is_secret = response.headers.get("Referrer-Policy") == NO_REFERRER
    config: Config = current_app.config["VIGIE"]
    response.headers.update(protection(config, is_secure=request.is_secure))
    if is_sandboxed:
        response.headers["Content-Security-Policy"] = SANDBOX
    if is_secret:
        response.headers["Referrer-Policy"] = NO_REFERRER
    if origins := g.pop("embedded_by", ()):
        _open_frame(response, origins)
    if not g.pop("is_open", False):
        # Flask sets another value for the files it sends.
        response.headers["Cache-Control"] = "no-store"
    response.vary.add("HX-Request")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _open_frame(response: Response, origins: Sequence[str]) -> None:
    policy = response.headers["Content-Security-Policy"]
    held = policy.replace(NO_FRAME, f"frame-ancestors {' '.join(origins)}")
    response.headers["Content-Security-Policy"] = held
    # The page of a partner that isolates itself loads only what says that others may.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _http_error(error: HTTPException) -> tuple[str | Response, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    is_signed_out = current_identity() is None and door_of_request() is None
    if is_signed_out and isinstance(error, (Unauthorized, CSRFError)):
        return _signed_out()
    title, message = MESSAGES.get(error.code, MESSAGES[400])
    # Werkzeug's own descriptions are in English; ours, set by the access guard, are French sentences.
    if error.code == 403 and error.description and error.description != type(error).description:
        message = error.description
    return _page(title, message, error.code)


def _signed_out() -> tuple[str | Response, int]:
    """The sign-in page; what was being submitted goes with it and comes back as a draft after sign-in."""
    try:
        sent = list(request.form.lists())
    except RequestEntityTooLarge:
        # Nothing that long is shown again.
        return _page(*MESSAGES[413], 413)
    fields = {name: values for name, values in sent if name not in UNSAVED_FIELDS}
    resume = json.dumps(fields) if request.method == "POST" and fields else ""
    if len(resume) > LONGEST_RESUME:
        return _page(*MESSAGES[413], 413)
    target = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return signed_out_page.only(target, resume), 401


def _not_found(_error: NotFoundError) -> tuple[str | Response, int]:
    return _page(*MESSAGES[404], 404)


def _unexpected_error(
    error: Exception,
) -> tuple[str | Response, int] | tuple[str | Response, int, dict[str, str]]:
    kind = outages.kind_of(error)
    if kind is not None:
        logger.warning("database unavailable", path=_place(), kind=kind.value)
        told = TOO_SLOW if kind is outages.Outage.TOO_SLOW else MESSAGES[503]
        return *_page(*told, 503), {"Retry-After": RETRY_AFTER}
    logger.error("unhandled error", path=_place(), trace=trace(error))
    return _page(*MESSAGES[500], 500)


def _page(title: str, message: str, code: int) -> tuple[str | Response, int]:
    """A refusal, as it is said where the request was going."""
    door = door_of_request()
    if door is not None:
        return door.refusal(code, message), code
    return render_template("layouts/error.html", title=title, message=message, code=code), code


def _place() -> str:
    """Where the request was going, as a log may say it: its route where the address holds a secret."""
    rule = request.url_rule
    return rule.rule if rule is not None and rule.arguments & SECRETS else request.path
