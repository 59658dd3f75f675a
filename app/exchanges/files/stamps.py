"""How each line of a file keeps what it said when it was taken out: a signed digest of each field that may come back.

Nothing is kept in Vigie of a file that leaves. What a line says now, what it said, what Vigie says: three digests tell
who changed a field, whatever the clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from config import Config

PURPOSE = "vigie:exchanges:line"
#: characters of a digest: it compares, it hides nothing
KEPT = 12


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a line kept: of which accompagnement it is, a digest of each field."""

    case_id: int
    digests: Mapping[str, str]

    def said(self, field: str, text: str) -> bool:
        """Whether a field said this when it was taken out."""
        return self.digests.get(field) == digest(text)


def stamped(case_id: int, fields: Mapping[str, str]) -> str:
    """Return the stamp of a line, from the fields that may come back."""
    signed = _signer().dumps([case_id, {name: digest(text) for name, text in fields.items()}])
    return signed if isinstance(signed, str) else signed.decode()


def read(text: str) -> Stamp | None:
    """Return what a line kept; `None` when Vigie did not write it, or it was cut."""
    try:
        case_id, digests = _signer().loads(text)
    except BadData:
        return None
    return Stamp(case_id=case_id, digests=digests)


def digest(text: str) -> str:
    """Return what stands for a text."""
    return sha256(text.encode()).hexdigest()[:KEPT]


def _signer() -> URLSafeSerializer:
    config: Config = current_app.config["VIGIE"]
    how = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeSerializer(config.secret_key, salt=PURPOSE, signer_kwargs=how)
