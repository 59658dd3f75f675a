"""The addresses that stop subscriptions from the e-mail that told of them: signed, for whoever holds the e-mail, without an end."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.core.front.addresses import address_of
from config import Config

#: what is signed is of no use for anything else
PURPOSE = "vigie:subscriptions:stop"


@dataclass(frozen=True, kw_only=True)
class ToStop:
    """What an address stops: some subscriptions of an agent."""

    agent_id: int
    numbers: Sequence[int]


def address_to_stop(agent_id: int, numbers: Sequence[int]) -> str:
    """Return the address that stops some subscriptions of an agent."""
    return address_of("subscriptions.stop_from_mail", token=token_of(agent_id, numbers))


def token_of(agent_id: int, numbers: Sequence[int]) -> str:
    """Return what an address bears of some subscriptions."""
    signed = _signer().dumps([agent_id, *numbers])
    return signed if isinstance(signed, str) else signed.decode()


def read(token: str) -> ToStop | None:
    """Return what an address stops; `None` when Vigie did not write it."""
    try:
        agent_id, *numbers = _signer().loads(token)
    except BadData:
        return None
    return ToStop(agent_id=agent_id, numbers=numbers)


def _signer() -> URLSafeSerializer:
    config: Config = current_app.config["VIGIE"]
    how = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeSerializer(config.secret_key, salt=PURPOSE, signer_kwargs=how)
