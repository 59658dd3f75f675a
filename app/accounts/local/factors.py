"""Second factors based on a secret: authenticator app codes (TOTP, RFC 6238) and recovery codes, each used once."""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from flask import current_app
from flask_security.totp import Totp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Credential, RecoveryCode
from app.core.now import utcnow
from config import Config

ISSUER = "Vigie"
#: seconds of tolerance: a code from the previous or next time step is accepted, as clocks differ and people type slowly
TOLERANCE = 30
RECOVERY_CODES = 10


class OnceOnlyTotp(Totp):
    """Flask-Security's TOTP, accepting the code of a time step only once: the last step is stored in the credential."""

    def get_last_counter(self, user: Any) -> int | None:
        """The time step of the last code accepted."""
        last: int | None = user.totp_last_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Store the time step of the code accepted."""
        user.totp_last_counter = tmatch.counter


def totp() -> OnceOnlyTotp:
    """The TOTP of this instance; secrets are encrypted with a key derived from its secret key."""
    return OnceOnlyTotp(secrets={"1": _key("totp").hex()}, issuer=ISSUER)


def use_totp_code(credential: Credential, code: str, *, secret: str | None = None) -> bool:
    """Return whether ``code`` is an unused one of the credential's secret, or of ``secret``; if so, it is now used.

    The transaction must hold a lock on the row, so that of two requests with the same code, only one passes.
    """
    secret = secret or credential.totp_secret
    digits = "".join(code.split())
    if not secret or not digits.isdecimal() or len(digits) != 6:
        return False
    user: Any = credential  # all the library does with its user goes through the class above
    return totp().verify_totp(digits, secret, user, window=TOLERANCE)


def renew_recovery_codes(session: Session, agent_id: int) -> list[str]:
    """Replace the agent's codes by ten new ones and return them: the only time they can be read."""
    codes: list[str] = totp().generate_recovery_codes(RECOVERY_CODES)
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
    session.add_all(
        RecoveryCode(agent_id=agent_id, code_hash=_digest(agent_id, code)) for code in codes
    )
    session.flush()
    return codes


def use_recovery_code(session: Session, agent_id: int, code: str) -> bool:
    """Return whether ``code`` is one of the agent's unused ones; if so, it is now used."""
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.agent_id == agent_id,
            RecoveryCode.code_hash == _digest(agent_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=utcnow())
    )
    return session.scalar(used.returning(RecoveryCode.agent_id)) is not None


def count_recovery_codes(session: Session, agent_id: int | None) -> int:
    """How many unused codes are left."""
    left = select(func.count()).where(
        RecoveryCode.agent_id == agent_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(left.select_from(RecoveryCode)) or 0


def spaced(secret: str) -> Sequence[str]:
    """The secret in groups of four, to be typed into an authenticator app."""
    key: str = totp().get_totp_b32_key(secret)
    return [key[start : start + 4] for start in range(0, len(key), 4)]


def _digest(agent_id: int, code: str) -> bytes:
    # 48 random bits are too few for a plain hash if the database alone leaks: the HMAC key is not in it.
    typed = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hmac.digest(_key("recovery"), f"{agent_id}:{typed}".encode(), sha256)


def _key(purpose: str) -> bytes:
    config: Config = current_app.config["VIGIE"]
    return hmac.digest(config.secret_key.encode(), f"vigie:{purpose}".encode(), sha256)
