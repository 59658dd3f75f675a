"""Second factors known by a secret: codes of an application (TOTP, RFC 6238) and recovery codes, each used once."""

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
#: a code of the step before or after is taken: clocks differ, and fingers are slow
TOLERANCE = 30
RECOVERY_CODES = 10


class OnceOnlyTotp(Totp):
    """Flask-Security's TOTP, that takes the code of a time step once: the last step is in the credential."""

    def get_last_counter(self, user: Any) -> int | None:
        """The time step of the last code taken."""
        last: int | None = user.totp_last_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Remember the time step of the code taken."""
        user.totp_last_counter = tmatch.counter


def totp() -> OnceOnlyTotp:
    """The codes of this instance; secrets are encrypted under a key derived from its own."""
    return OnceOnlyTotp(secrets={"1": _key("totp").hex()}, issuer=ISSUER)


def takes(credential: Credential, code: str, *, secret: str | None = None) -> bool:
    """Whether ``code`` is a fresh one of the credential's secret, or of ``secret``; if so, it is used up.

    The row must be locked by the transaction: of two requests with one code, one passes.
    """
    known = secret or credential.totp_secret
    digits = "".join(code.split())
    if not known or not digits.isdecimal() or len(digits) != 6:
        return False
    keeper: Any = credential  # all that the library asks of its user is handed to the class above
    return totp().verify_totp(digits, known, keeper, window=TOLERANCE)


def renew_recovery_codes(session: Session, agent_id: int) -> list[str]:
    """Ten new codes in place of the former ones; they can be read here and nowhere else."""
    codes: list[str] = totp().generate_recovery_codes(RECOVERY_CODES)
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
    session.add_all(
        RecoveryCode(agent_id=agent_id, code_hash=_digest(agent_id, code)) for code in codes
    )
    session.flush()
    return codes


def use_recovery_code(session: Session, agent_id: int, code: str) -> bool:
    """Whether ``code`` is one of the agent's that was not used; if so, it is now."""
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
    """How many codes are left."""
    left = select(func.count()).where(
        RecoveryCode.agent_id == agent_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(left.select_from(RecoveryCode)) or 0


def spaced(secret: str) -> Sequence[str]:
    """The secret in groups of four, to be typed in an application."""
    key: str = totp().get_totp_b32_key(secret)
    return [key[start : start + 4] for start in range(0, len(key), 4)]


def _digest(agent_id: int, code: str) -> bytes:
    # 48 random bits are too few for a bare digest, should the database alone leak: the key is not in it.
    typed = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hmac.digest(_key("recovery"), f"{agent_id}:{typed}".encode(), sha256)


def _key(purpose: str) -> bytes:
    config: Config = current_app.config["VIGIE"]
    return hmac.digest(config.secret_key.encode(), f"vigie:{purpose}".encode(), sha256)
