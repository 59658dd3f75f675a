"""Passkeys (WebAuthn level 2): a key pair that the agent's device stores and unlocks; both factors in one gesture."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.models import Agent, Passkey
from app.core.errors import DomainError
from app.core.now import is_within, utcnow
from config import Config

#: how long a page that offers a passkey may stay open
CHALLENGE_LASTS = timedelta(minutes=30)
UNKNOWN = "Cette clé d’accès n’a pas été reconnue. Réessayez, ou utilisez votre phrase de passe."
#: what py_webauthn raises on a bad response: its own exceptions, and those raised while decoding it
MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class Challenge:
    """Random bytes for the device to sign, and when they were drawn."""

    value: bytes
    drawn_at: datetime

    @classmethod
    def draw(cls) -> "Challenge":
        """A new challenge of 256 random bits."""
        return cls(secrets.token_bytes(32), utcnow())

    def packed(self) -> list[str]:
        """The form stored in the session."""
        return [bytes_to_base64url(self.value), self.drawn_at.isoformat()]

    @classmethod
    def unpacked(cls, packed: object) -> "Challenge | None":
        """The challenge stored in the session; ``None`` when there is none or it is too old."""
        if not isinstance(packed, list) or len(packed) != 2:
            return None
        challenge = cls(base64url_to_bytes(packed[0]), datetime.fromisoformat(packed[1]))
        return challenge if is_within(challenge.drawn_at, CHALLENGE_LASTS) else None


def is_possible() -> bool:
    """Whether browsers allow passkeys at the public address: a host name, served over HTTPS or being localhost."""
    address = _public_address()
    name = address.hostname or ""
    try:
        ip_address(name)
    except ValueError:
        return address.scheme == "https" or name == "localhost"
    return False


def options_to_register(agent: Agent, existing: Sequence[Passkey], challenge: Challenge) -> str:
    """JSON for ``navigator.credentials.create``; devices that hold one of the ``existing`` keys refuse to create another."""
    options = generate_registration_options(
        rp_id=_name(),
        rp_name="Vigie",
        user_id=agent.fs_uniquifier.encode(),
        user_name=agent.email,
        user_display_name=agent.full_name,
        challenge=challenge.value,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=key.credential_id) for key in existing
        ],
    )
    return options_to_json(options)


def options_to_sign_in(challenge: Challenge) -> str:
    """JSON for ``navigator.credentials.get``: accepts any key that the device holds for this site."""
    return options_to_json(
        generate_authentication_options(
            rp_id=_name(),
            challenge=challenge.value,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def register(
    session: Session,
    agent_id: int,
    *,
    answer: str,
    challenge: Challenge | None,
    label: str,
) -> Passkey:
    """Store the key that the device created; raise `DomainError` when its response does not verify."""
    if challenge is None:
        raise DomainError("Cette page est restée ouverte trop longtemps. Recommencez.")
    try:
        registration = verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=challenge.value,
            expected_rp_id=_name(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except MALFORMED as error:
        raise DomainError("Cette clé d’accès n’a pas pu être enregistrée. Réessayez.") from error
    passkey = Passkey(
        agent_id=agent_id,
        credential_id=registration.credential_id,
        public_key=registration.credential_public_key,
        sign_count=registration.sign_count,
        label=label,
    )
    session.add(passkey)
    session.flush()
    return passkey


def recognise(session: Session, *, answer: str, challenge: Challenge | None) -> int:
    """The id of the agent whose key signed ``challenge``; raise `DomainError` otherwise. ``session`` must act for the system."""
    if challenge is None:
        raise DomainError("Cette page est restée ouverte trop longtemps. Réessayez.")
    try:
        credential = parse_authentication_credential_json(_parsed(answer))
        passkey = _locked(session, credential.raw_id)
        # A visitor's challenge comes back in a signed cookie: one drawn before the key's last use may be a replay.
        if passkey is None or (passkey.last_used_at and challenge.drawn_at <= passkey.last_used_at):
            raise DomainError(UNKNOWN)
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.value,
            expected_rp_id=_name(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except MALFORMED as error:
        raise DomainError(UNKNOWN) from error
    passkey.sign_count, passkey.last_used_at = verified.new_sign_count, utcnow()
    session.flush()
    return passkey.agent_id


def list_of(session: Session, agent_id: int | None) -> Sequence[Passkey]:
    """The passkeys of an agent, oldest first."""
    return session.scalars(
        select(Passkey).where(Passkey.agent_id == agent_id).order_by(Passkey.id)
    ).all()


def _locked(session: Session, credential_id: bytes) -> Passkey | None:
    return session.scalar(
        select(Passkey).where(Passkey.credential_id == credential_id).with_for_update()
    )


def _parsed(answer: str) -> dict[str, object]:
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise ValueError("not an object")
    return parsed


def _name() -> str:
    return _public_address().hostname or ""


def _origin() -> str:
    address = _public_address()
    return f"{address.scheme}://{address.netloc}"


def _public_address() -> SplitResult:
    # The configured address, not the one the request claims.
    config: Config = current_app.config["VIGIE"]
    return urlsplit(config.public_url)
