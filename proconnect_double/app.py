"""The endpoints of the double, those of ProConnect under ``/api/v2``."""

import secrets
import time
from urllib.parse import parse_qsl, urlencode

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from proconnect_double import authorisation
from proconnect_double.authorisation import (
    Authorisation,
    AuthorisationRefusedError,
    RedirectedError,
)
from proconnect_double.misbehaviour import Misbehaviour as Fault
from proconnect_double.provider import Provider

blueprint = Blueprint("double", __name__, url_prefix="/api/v2")

TOKEN_FIELDS = frozenset({"grant_type", "client_id", "client_secret", "redirect_uri", "code"})
END_PARAMETERS = ("id_token_hint", "state", "post_logout_redirect_uri")
NO_LEVEL = ("access_denied", "none of the requested ACRs could be obtained")
#: how late a slow token is, in seconds
LATE = 2.0
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(provider: Provider) -> Flask:
    """The web application of ``provider``."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secrets.token_urlsafe(32),
        # Cookies are shared between ports: the name must not be used by anybody else.
        SESSION_COOKIE_NAME="double-proconnect",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.extensions["provider"] = provider
    app.register_blueprint(blueprint)
    app.register_error_handler(AuthorisationRefusedError, _refused)
    app.after_request(_guard)
    return app


def _provider() -> Provider:
    provider: Provider = current_app.extensions["provider"]
    return provider


@blueprint.get("/.well-known/openid-configuration")
def discovery() -> ResponseReturnValue:
    """The discovery document."""
    return jsonify(_provider().metadata())


@blueprint.get("/jwks")
def jwks() -> ResponseReturnValue:
    """The published keys."""
    return jsonify(_provider().signer.published())


@blueprint.get("/authorize")
def authorize() -> ResponseReturnValue:
    """Show the choice of who signs in; somebody already signed in is sent straight back."""
    provider = _provider()
    asked = authorisation.read(request.args, provider.service)
    try:
        authorisation.check(request.args, asked)
    except RedirectedError as error:
        return _send_back(asked, error=error.error, error_description=error.description)
    if Fault.SERVER_ERROR in provider.faults:
        return _send_back(asked, error="server_error", error_description="authentication aborted")
    person = provider.person(session.get("sub"))
    if person is not None and asked.prompt != "login" and provider.reaches(person, asked):
        return _send_back(asked, code=provider.grants.issue(asked, person))
    if asked.prompt == "none":
        return _send_back(asked, error="login_required", error_description="no session")
    interaction = secrets.token_urlsafe(16)
    session["interaction"] = [interaction, request.query_string.decode()]
    return render_template("choose.html", people=provider.people, interaction=interaction)


@blueprint.post("/interaction/<interaction>")
def choose(interaction: str) -> ResponseReturnValue:
    """Sign in as the chosen person, or give up."""
    provider, asked = _provider(), _interaction(interaction)
    person = provider.person(request.form.get("sub"))
    if person is None:
        return _send_back(
            asked, error="access_denied", error_description="End-User aborted interaction"
        )
    if not provider.reaches(person, asked):
        return _send_back(asked, error=NO_LEVEL[0], error_description=NO_LEVEL[1])
    session["sub"] = person.sub
    return _send_back(asked, code=provider.grants.issue(asked, person))


@blueprint.post("/token")
def token() -> ResponseReturnValue:
    """Exchange a code for a token; the service authenticates with the secret in the form (client_secret_post)."""
    provider, form = _provider(), request.form
    if Fault.SLOW in provider.faults:
        time.sleep(LATE)
    if Fault.TOKEN_NOT_JSON in provider.faults:
        return "<h1>Maintenance</h1>"
    if set(form) != TOKEN_FIELDS or form["grant_type"] != "authorization_code":
        return {"error": "invalid_request"}, 400
    service = provider.service
    is_right_secret = secrets.compare_digest(form["client_secret"], service.client_secret)
    if form["client_id"] != service.client_id or not is_right_secret:
        return {"error": "invalid_client", "error_description": "client authentication failed"}, 401
    grant = provider.grants.redeem(form["code"], redirect_uri=form["redirect_uri"])
    if grant is None:
        return {"error": "invalid_grant", "error_description": "grant request is invalid"}, 400
    return jsonify(provider.token(grant))


@blueprint.get("/userinfo")
def userinfo() -> ResponseReturnValue:
    """Who signed in, as a signed JWT."""
    provider = _provider()
    kind, _, access_token = request.headers.get("Authorization", "").partition(" ")
    grant = provider.grants.find(access_token) if kind == "Bearer" else None
    if grant is None:
        return {"error": "invalid_token"}, 401
    if Fault.USERINFO_JSON in provider.faults:
        return {"sub": grant.person.sub, **grant.person.claims}
    return provider.userinfo(grant), 200, {"Content-Type": "application/jwt"}


@blueprint.get("/session/end")
def end_session() -> ResponseReturnValue:
    """Sign out and go back to the service."""
    query, provider = request.args, _provider()
    authorisation.check_names(query, known=frozenset(END_PARAMETERS), required=END_PARAMETERS)
    authorisation.check_random("state", query["state"])
    hint = provider.signer.read(query["id_token_hint"])
    if hint is None or hint.get("aud") != provider.service.client_id:
        raise AuthorisationRefusedError("invalid_request", "could not validate id_token_hint")
    if query["post_logout_redirect_uri"] not in provider.service.post_logout_redirect_uris:
        raise AuthorisationRefusedError("Y030111", "post_logout_redirect_uri not registered")
    session.clear()
    return redirect(
        f"{query['post_logout_redirect_uri']}?{urlencode({'state': query['state']})}", 303
    )


def _interaction(name: str) -> Authorisation:
    """The authorisation requested when the page ``name`` was shown to this browser; raise `AuthorisationRefusedError` if it was not."""
    current, query = session.pop("interaction", ["", ""])
    if not current or current != name:
        raise AuthorisationRefusedError(
            "Y030110", "the session cookie was not found in the request"
        )
    return authorisation.read(MultiDict(parse_qsl(query)), _provider().service)


def _send_back(asked: Authorisation, **answer: str) -> ResponseReturnValue:
    """Redirect to the service with ``answer``."""
    query = urlencode({**answer, "state": asked.state, "iss": _provider().issuer})
    return redirect(f"{asked.redirect_uri}?{query}", 303)


def _refused(error: AuthorisationRefusedError) -> ResponseReturnValue:
    return render_template("refused.html", error=error), 400


def _guard(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
