"""The protocol with ProConnect (OpenID Connect, code flow): who signs in, with what assurance level, and signing out there.

ProConnect authenticates and never authorises: what a person may do here is decided in `app.accounts.proconnect.recognition`. None
of its claims is trusted before its signature, issuer, audience and dates are checked; anything unproven is refused.
Source: https://partenaires.proconnect.gouv.fr/docs/fournisseur-service/implementation_technique
"""

import contextlib
import functools
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskIntegration
from authlib.integrations.flask_client.apps import FlaskOAuth2App
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry, Token

from app.accounts.proconnect.person import Person
from app.accounts.proconnect.refusals import RefusalReason, SignInRefusedError
from app.core.logging import get_logger
from app.core.text.bounds import writable
from config import Config

logger = get_logger(__name__)

RETURN_PATH = "/connexion/proconnect/retour"
SIGNED_OUT_PATH = "/deconnexion/retour"
#: levels that imply two factors; ProConnect is asked for one of them, and its response is checked again
STRONG = ("eidas1-mfa", "eidas2", "eidas3")
#: the e-mail address finds the account the first time; nothing else about the person is requested
SCOPE = "openid email"
CLAIMS = json.dumps(
    {"id_token": {"amr": None, "acr": {"essential": True, "values": list(STRONG)}}},
    separators=(",", ":"),
)
ALGORITHMS = ["ES256", "RS256"]
#: timeouts in seconds: to connect, to read
TIMEOUT = (3.05, 5)
#: characters of an identifier or an e-mail address
LONGEST_CLAIM = 255
#: tolerated clock difference, in seconds
LEEWAY = 30
ENDPOINTS = (
    "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AuthorizationRequest:
    """An authorisation request to ProConnect, kept in the browser's session until it comes back."""

    url: str
    state: str
    nonce: str


def metadata_url(issuer: str) -> str:
    """Where ProConnect says what it is called and where each thing is asked."""
    return f"{issuer}/.well-known/openid-configuration"


def ask(config: Config) -> AuthorizationRequest:
    """A new request, with the URL to send the browser to; raise `SignInRefusedError` when ProConnect does not answer."""
    state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    with _errors_as_refusals():
        client, _metadata = _discovered(config)
        authorisation = client.create_authorization_url(
            config.public_url + RETURN_PATH, state=state, nonce=nonce, claims=CLAIMS
        )
    return AuthorizationRequest(url=authorisation["url"], state=state, nonce=nonce)


def identify(config: Config, *, code: str, nonce: str) -> Person:
    """The person who came back with ``code``; raise `SignInRefusedError` on anything unproven or proven too weakly."""
    with _errors_as_refusals():
        client, metadata = _discovered(config)
        token = client.fetch_access_token(
            redirect_uri=config.public_url + RETURN_PATH,
            code=code,
            grant_type="authorization_code",
        )
        claims = _checked_id_token(client, config, token, nonce=nonce)
        answer = client.get(metadata["userinfo_endpoint"], token=token)
        answer.raise_for_status()
        userinfo = _checked_userinfo(client, config, answer.text)
    if userinfo["sub"] != claims["sub"]:
        raise SignInRefusedError(RefusalReason.UNVERIFIED, detail="userinfo of another sub")
    email = userinfo.get("email")
    if not isinstance(email, str) or "@" not in email:
        raise SignInRefusedError(RefusalReason.UNVERIFIED, detail="userinfo without address")
    if any(writable(said) != said or len(said) > LONGEST_CLAIM for said in (claims["sub"], email)):
        # Not cleaned: without what cannot be stored, it might be somebody else's.
        raise SignInRefusedError(RefusalReason.UNVERIFIED, detail="claims that cannot be stored")
    person = Person(sub=claims["sub"], email=email.strip().lower(), id_token=token["id_token"])
    if claims.get("acr") not in STRONG:
        raise SignInRefusedError(
            RefusalReason.WEAK, person=person, detail=writable(str(claims.get("acr")))[:60]
        )
    return person


def sign_out_url(config: Config, *, id_token: str, state: str) -> str:
    """The URL to send the browser to, to end the session at ProConnect too; raise `SignInRefusedError` if ProConnect does not answer."""
    with _errors_as_refusals():
        client, _metadata = _discovered(config)
        logout = client.create_logout_url(
            config.public_url + SIGNED_OUT_PATH, id_token_hint=id_token, state=state
        )
    return str(logout["url"])


def refusal_of(error: str, description: str) -> SignInRefusedError:
    """The refusal that corresponds to an error returned by ProConnect."""
    reason = RefusalReason.PROVIDER_ERROR
    if error == "access_denied":
        reason = RefusalReason.WEAK if "ACR" in description else RefusalReason.ABANDONED
    return SignInRefusedError(reason, detail=error)


def _discovered(config: Config) -> tuple[Any, dict[str, Any]]:
    """The client and the provider's metadata; raise `SignInRefusedError` unless issuer and endpoints are those configured."""
    issuer = config.proconnect_issuer or ""
    client = _client(issuer, config.proconnect_client_id, config.proconnect_client_secret)
    metadata: dict[str, Any] = client.load_server_metadata()
    origin = urlsplit(issuer)[:2]
    elsewhere = [name for name in ENDPOINTS if urlsplit(metadata[name])[:2] != origin]
    if metadata["issuer"] != issuer or elsewhere:
        _client.cache_clear()
        raise SignInRefusedError(
            RefusalReason.UNVERIFIED, detail=f"discovery: {elsewhere or 'issuer'}"
        )
    return client, metadata


@functools.lru_cache(maxsize=4)
def _client(issuer: str, client_id: str, client_secret: str) -> Any:
    """A client that caches discovery and keys; keys are fetched again when an unknown one is used."""
    return FlaskOAuth2App(
        FlaskIntegration("proconnect"),
        name="proconnect",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=metadata_url(issuer),
        client_kwargs={
            "scope": SCOPE,
            "token_endpoint_auth_method": "client_secret_post",
            "default_timeout": TIMEOUT,
            # With the default leeway, a one-minute token would count as expired from the start.
            "leeway": 0,
            # The secret is only ever sent where discovery says.
            "max_redirects": 0,
        },
    )


@contextlib.contextmanager
def _errors_as_refusals() -> Iterator[None]:
    """Turn the errors of the exchange into refusals; the log says more than the page."""
    try:
        yield
    except OAuthError as error:
        is_spent = error.error == "invalid_grant"
        raise _refused(
            RefusalReason.CODE_SPENT if is_spent else RefusalReason.PROVIDER_ERROR, error
        ) from error
    except requests.HTTPError as error:
        raise _refused(RefusalReason.PROVIDER_ERROR, error) from error
    except requests.JSONDecodeError as error:
        raise _refused(RefusalReason.UNVERIFIED, error) from error
    except requests.RequestException as error:
        raise _refused(RefusalReason.UNREACHABLE, error) from error
    except (JoseError, LookupError, TypeError, ValueError, RuntimeError) as error:
        raise _refused(RefusalReason.UNVERIFIED, error) from error


def _refused(reason: RefusalReason, error: Exception) -> SignInRefusedError:
    logger.warning("proconnect", reason=reason.value, error=type(error).__name__, cause=str(error))
    return SignInRefusedError(reason, detail=type(error).__name__)


def _checked_id_token(
    client: Any, config: Config, token: dict[str, Any], *, nonce: str
) -> dict[str, Any]:
    signed = _signed(client, token["id_token"])
    claims = CodeIDToken(
        signed.claims,
        signed.header,
        _expected(config),
        {
            "nonce": nonce,
            "client_id": config.proconnect_client_id,
            "access_token": token["access_token"],
        },
    )
    claims.validate(leeway=LEEWAY)
    return dict(claims)


def _checked_userinfo(client: Any, config: Config, text: str) -> dict[str, Any]:
    claims = _signed(client, text).claims
    expected = _expected(config)
    # The userinfo need not expire: it was just requested, with a token that does.
    expected.pop("exp")
    JWTClaimsRegistry(leeway=LEEWAY, **expected).validate(claims)
    return claims


def _expected(config: Config) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": config.proconnect_issuer},
        "aud": {"essential": True, "value": config.proconnect_client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
    }


def _signed(client: Any, text: str) -> Token:
    """``text`` decoded as a JWT signed with a published key and one of `ALGORITHMS`."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        return jwt.decode(text, KeySet.import_key_set(client.fetch_jwk_set()), registry=registry)
    except InvalidKeyIdError:
        renewed = client.fetch_jwk_set(force=True)
        return jwt.decode(text, KeySet.import_key_set(renewed), registry=registry)
