"""What an address stops, and how it is signed: for whoever holds the e-mail, without an end."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.core.front.addresses import address_of
from config import Config

#: what is signed is of no use for anything else; e-mails of before letters could be stopped bear it too
PURPOSE = "vigie:subscriptions:stop"


class Regular(StrEnum):
    """E-mails that come again, and may be stopped as such."""

    DIGEST = "digest"
    AT_ONCE = "at_once"
    ANTENNES = "antennes"


@dataclass(frozen=True, kw_only=True)
class ToStop:
    """What an address stops for an agent: some subscriptions, by their numbers, and e-mails that come again."""

    agent_id: int
    numbers: Sequence[int] = ()
    regular: Sequence[Regular] = ()


def address_to_stop(asked: ToStop) -> str:
    """Return the address that stops what is asked."""
    return address_of("stops.from_mail", token=token_of(asked))


def token_of(asked: ToStop) -> str:
    """Return what an address bears of it."""
    signed = _signer().dumps([asked.agent_id, *asked.numbers, *asked.regular])
    return signed if isinstance(signed, str) else signed.decode()


def read(token: str) -> ToStop | None:
    """Return what an address stops; `None` when Vigie did not write it."""
    try:
        agent_id, *rest = _signer().loads(token)
    except BadData:
        return None
    return ToStop(
        agent_id=agent_id,
        numbers=[each for each in rest if isinstance(each, int)],
        regular=[Regular(each) for each in rest if isinstance(each, str)],
    )


def _signer() -> URLSafeSerializer:
    config: Config = current_app.config["VIGIE"]
    how = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeSerializer(config.secret_key, salt=PURPOSE, signer_kwargs=how)
