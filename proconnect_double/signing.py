"""What the double signs: who signed in and how (id_token), who they are (userinfo)."""

import base64
import hashlib
import json
import secrets
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeyParameters, KeySet, OctKey, RSAKey

ID_TOKEN_LASTS = 60


class Signer:
    """A published key, and an unpublished one with the same name; ``algorithm`` is ES256 or RS256."""

    def __init__(self, algorithm: str = "ES256") -> None:
        self.algorithm = algorithm
        name = secrets.token_hex(8)
        self._key, self._other = _key(algorithm, name), _key(algorithm, name)

    def published(self) -> dict[str, Any]:
        """The JWKS document."""
        return dict(KeySet([self._key]).as_dict(private=False))

    def sign(self, claims: dict[str, Any], *, by_other: bool = False) -> str:
        """A JWT of ``claims``, signed with the published key or with the other one."""
        key = self._other if by_other else self._key
        return jwt.encode({"alg": self.algorithm, "kid": key.kid, "typ": "JWT"}, claims, key)

    def sign_by_secret(self, claims: dict[str, Any], secret: str) -> str:
        """A JWT of ``claims``, signed with the client's secret, as any holder of it could."""
        header = {"alg": "HS256", "kid": self._key.kid}
        return jwt.encode(header, claims, OctKey.import_key(secret), algorithms=["HS256"])

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims of a JWT signed with the published key, even expired; ``None`` for any other."""
        try:
            return dict(jwt.decode(token, self._key, algorithms=[self.algorithm]).claims)
        except (JoseError, ValueError):
            return None


def _key(algorithm: str, name: str) -> ECKey | RSAKey:
    parameters: KeyParameters = {"kid": name, "use": "sig", "alg": algorithm}
    if algorithm == "RS256":
        return RSAKey.generate_key(2048, parameters=parameters)
    return ECKey.generate_key("P-256", parameters=parameters)


def unsigned(claims: dict[str, Any]) -> str:
    """An unsigned JWT of ``claims``."""
    parts = ({"alg": "none"}, claims)
    return ".".join([*(_base64(json.dumps(part).encode()) for part in parts), ""])


def half_hash(text: str) -> str:
    """``at_hash`` of OpenID Connect: the left half of the SHA-256, in base64url."""
    return _base64(hashlib.sha256(text.encode()).digest()[:16])


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
