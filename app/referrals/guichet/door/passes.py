"""The signed proof that a form was shown, and when: no session, no cookie, so that it works in the page of a partner.

A robot that posts without having asked for the page has none; one that answers within seconds is told to read again.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.core.now import utcnow
from config import Config

PURPOSE = "vigie:guichet:form"
#: nobody reads the form, chooses and types faster
QUICKEST = timedelta(seconds=3)
#: a page left open longer is shown again, with what it held
LASTS = timedelta(hours=12)
NONE = "Nous n’avons pas reconnu cette page : relisez, puis envoyez à nouveau. Rien n’est perdu."
TOO_OLD = "Cette page était ouverte depuis longtemps : relisez, puis envoyez à nouveau. Rien n’est perdu."  # fmt: skip
TOO_QUICK = "Cette demande a été envoyée en moins de trois secondes : relisez-la, puis envoyez à nouveau. Rien n’est perdu."  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Pass:
    """A form that was shown: its number, and when."""

    number: str
    shown_at: datetime

    @property
    def digest(self) -> bytes:
        """What is kept of its number once it was sent."""
        return sha256(self.number.encode()).digest()


def issue() -> str:
    """Return the pass of a form that is shown now."""
    signed = _signer().dumps([secrets.token_urlsafe(16), int(utcnow().timestamp())])
    return signed if isinstance(signed, str) else signed.decode()


def read(token: str | None) -> Pass | None:
    """Return the pass that Vigie issued; `None` for any other, or one that is too old."""
    try:
        number, moment = _signer().loads(token or "")
    except BadData:
        return None
    return Pass(number=number, shown_at=datetime.fromtimestamp(moment, tz=utcnow().tzinfo))


def problem_of(shown: Pass | None) -> str | None:
    """Return why a form is not taken now, in French; `None` when it is."""
    if shown is None:
        return NONE
    age = utcnow() - shown.shown_at
    if age > LASTS:
        return TOO_OLD
    return TOO_QUICK if age < QUICKEST else None


def _signer() -> URLSafeSerializer:
    config: Config = current_app.config["VIGIE"]
    how = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeSerializer(config.secret_key, salt=PURPOSE, signer_kwargs=how)
