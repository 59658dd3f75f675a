"""The double itself: its responses to a service, and the faults it commits on demand."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from proconnect_double.authorisation import SCOPES, Authorisation
from proconnect_double.grants import Grant, Grants
from proconnect_double.misbehaviour import Misbehaviour as Fault
from proconnect_double.people import DoublePerson, Service
from proconnect_double.signing import ID_TOKEN_LASTS, Signer, half_hash, unsigned

OTHER, ELSEWHERE = "quelqu-un-d-autre", "https://ailleurs.invalid/api/v2"


@dataclass(kw_only=True)
class Provider:
    """One double: an issuer, one service, its people. ``faults`` may change while it runs."""

    people: Sequence[DoublePerson]
    service: Service
    issuer: str = ""
    faults: set[Fault] = field(default_factory=set)
    grants: Grants = field(default_factory=Grants)
    signer: Signer = field(default_factory=Signer)

    def person(self, sub: str | None) -> DoublePerson | None:
        """The person with this ``sub``, if any."""
        return next((person for person in self.people if person.sub == sub), None)

    def reaches(self, person: DoublePerson, asked: Authorisation) -> bool:
        """Whether the level of ``person`` is one of the essential ones, or none is essential."""
        if not asked.essential_acrs or self.faults & {Fault.ACR_IGNORED, Fault.ACR_MISSING}:
            return True
        return person.acr in asked.essential_acrs

    def metadata(self) -> dict[str, Any]:
        """The discovery document."""
        is_another = Fault.DISCOVERY_OF_ANOTHER in self.faults
        leads_away = Fault.DISCOVERY_LEADS_AWAY in self.faults
        return {
            "issuer": ELSEWHERE if is_another else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{ELSEWHERE if leads_away else self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/session/end",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "scopes_supported": sorted(SCOPES),
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": [self.signer.algorithm],
            "userinfo_signing_alg_values_supported": [self.signer.algorithm],
            "claims_parameter_supported": True,
        }

    def token(self, grant: Grant) -> dict[str, Any]:
        """The response of the token endpoint to a valid code."""
        return {
            "access_token": grant.access_token,
            "token_type": "Bearer",
            "expires_in": ID_TOKEN_LASTS,
            "scope": " ".join(grant.asked.scopes),
            "id_token": self._id_token(grant),
        }

    def userinfo(self, grant: Grant) -> str:
        """The signed userinfo, with the claims of the granted scopes."""
        claims = {
            name: value
            for name, value in grant.person.claims.items()
            if name in grant.asked.scopes
            and not (name == "email" and Fault.NO_EMAIL in self.faults)
        }
        if Fault.NUL_IN_EMAIL in self.faults:
            claims["email"] = f"\0{claims['email']}"
        audience = grant.asked.client_id
        claims |= self._signed_parts(grant) | {
            "sub": OTHER if Fault.USERINFO_OTHER_SUB in self.faults else grant.person.sub,
            "aud": OTHER if Fault.USERINFO_OTHER_AUDIENCE in self.faults else audience,
        }
        return self.signer.sign(claims, by_other=Fault.USERINFO_OTHER_KEY in self.faults)

    def _id_token(self, grant: Grant) -> str:
        claims = self._signed_parts(grant) | {
            "auth_time": int(time.time()),
            "acr": grant.person.acr,
            "nonce": grant.asked.nonce,
            "at_hash": half_hash(grant.access_token or ""),
        }
        if grant.asked.wants_amr:
            claims["amr"] = grant.person.amr
        self._spoil(claims)
        if Fault.ID_TOKEN_UNSIGNED in self.faults:
            return unsigned(claims)
        if Fault.ID_TOKEN_OF_SECRET in self.faults:
            return self.signer.sign_by_secret(claims, self.service.client_secret)
        return self.signer.sign(claims, by_other=Fault.ID_TOKEN_OTHER_KEY in self.faults)

    def _signed_parts(self, grant: Grant) -> dict[str, Any]:
        moment = int(time.time())
        return {
            "sub": grant.person.sub,
            "iss": self.issuer,
            "aud": grant.asked.client_id,
            "iat": moment,
            "exp": moment + ID_TOKEN_LASTS,
        }

    def _spoil(self, claims: dict[str, Any]) -> None:
        """Commit the faults that show in the id_token."""
        wrong: dict[Fault, dict[str, Any]] = {
            Fault.EXPIRED_ID_TOKEN: {"iat": claims["iat"] - 3660, "exp": claims["exp"] - 3660},
            Fault.WRONG_AUDIENCE: {"aud": OTHER},
            Fault.WRONG_ISSUER: {"iss": ELSEWHERE},
            Fault.WRONG_NONCE: {"nonce": "0" * len(claims["nonce"])},
            Fault.ACR_IGNORED: {"acr": "eidas1"},
        }
        for fault in self.faults & wrong.keys():
            claims.update(wrong[fault])
        if Fault.ACR_MISSING in self.faults:
            del claims["acr"]
