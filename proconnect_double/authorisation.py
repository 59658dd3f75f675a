"""The authorisation request of a service, parsed as strictly as ProConnect parses it."""

import json
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from proconnect_double.people import Service

#: any other parameter is refused
PARAMETERS = frozenset(
    {
        "response_type", "client_id", "redirect_uri", "scope", "claims", "acr_values", "state", "nonce", "prompt",
        "idp_hint", "login_hint", "siret_hint",
    }
)  # fmt: skip
REQUIRED = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce")
SCOPES = frozenset(
    {
        "openid", "given_name", "usual_name", "email", "uid", "siret", "idp_id", "organization_label", "roles",
    }
)  # fmt: skip
SHORTEST_RANDOM, LONGEST_RANDOM = 32, 512
BAD_REQUEST = "Y000400"


class AuthorisationRefusedError(Exception):
    """The request is refused on a page of the provider: its redirect_uri cannot be trusted."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class RedirectedError(Exception):
    """The request is refused, and the error is sent to the service's redirect_uri."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass(frozen=True, kw_only=True)
class Authorisation:
    """A request that ProConnect would accept. ``essential_acrs`` is empty when any level will do."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    nonce: str
    essential_acrs: tuple[str, ...] = ()
    wants_amr: bool = False
    prompt: str = ""


def read(query: MultiDict[str, str], service: Service) -> Authorisation:
    """The request of ``service``; raise `AuthorisationRefusedError` unless ProConnect would accept it."""
    check_names(query, known=PARAMETERS, required=REQUIRED)
    if query["client_id"] != service.client_id:
        raise AuthorisationRefusedError("invalid_client", "client is invalid")
    if query["redirect_uri"] not in service.redirect_uris:
        raise AuthorisationRefusedError(
            "invalid_redirect_uri", "redirect_uri did not match any registered one"
        )
    for name in ("state", "nonce"):
        check_random(name, query[name])
    acrs, wants_amr = _claims(query.get("claims"))
    return Authorisation(
        client_id=query["client_id"],
        redirect_uri=query["redirect_uri"],
        scopes=tuple(query["scope"].split()),
        state=query["state"],
        nonce=query["nonce"],
        essential_acrs=acrs,
        wants_amr=wants_amr,
        prompt=query.get("prompt", ""),
    )


def check(query: MultiDict[str, str], asked: Authorisation) -> None:
    """Raise `RedirectedError` on an error to be sent to the service's redirect_uri."""
    if query["response_type"] != "code":
        raise RedirectedError("unsupported_response_type", "only code is supported")
    unknown = set(asked.scopes) - SCOPES
    if unknown or "openid" not in asked.scopes:
        raise RedirectedError(
            "invalid_scope", f"requested scope is not allowed: {' '.join(unknown)}"
        )
    if asked.prompt not in {"", "none", "login", "consent"}:
        raise RedirectedError("invalid_request", "unsupported prompt")


def check_names(
    query: MultiDict[str, str], *, known: frozenset[str], required: tuple[str, ...]
) -> None:
    """Raise `AuthorisationRefusedError` on a parameter that is unknown, repeated or missing."""
    for name, values in query.lists():
        if name not in known:
            raise AuthorisationRefusedError(
                BAD_REQUEST, f"Bad Request Exception: unknown parameter {name}"
            )
        if len(values) != 1:
            raise AuthorisationRefusedError(
                BAD_REQUEST, f"Bad Request Exception: repeated parameter {name}"
            )
    for name in required:
        if not query.get(name):
            raise AuthorisationRefusedError(
                BAD_REQUEST, f"Bad Request Exception: missing parameter {name}"
            )


def check_random(name: str, value: str) -> None:
    """Raise `AuthorisationRefusedError` unless ``value`` is long enough to be random."""
    if not value.isascii() or not SHORTEST_RANDOM <= len(value) <= LONGEST_RANDOM:
        raise AuthorisationRefusedError(
            BAD_REQUEST, f"Bad Request Exception: {name} has {SHORTEST_RANDOM} characters at least"
        )


def _claims(text: str | None) -> tuple[tuple[str, ...], bool]:
    """The essential levels, and whether ``amr`` is requested."""
    if text is None:
        return (), False
    try:
        asked: Any = json.loads(text)
        wanted: Any = asked.get("id_token", {})
        acr: Any = wanted.get("acr") or {}
        is_known = set(asked) <= {"id_token", "userinfo"}
        levels = tuple(map(str, acr.get("values") or filter(None, [acr.get("value")])))
    except (ValueError, AttributeError, TypeError):
        is_known = False
    if not is_known:
        raise AuthorisationRefusedError(
            BAD_REQUEST, "Bad Request Exception: claims is not what OIDC says"
        )
    return levels if acr.get("essential") else (), "amr" in wanted
