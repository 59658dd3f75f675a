"""Codes and access tokens, in memory: a code can be used once, within a minute."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from proconnect_double.authorisation import Authorisation
from proconnect_double.people import DoublePerson

CODE_LASTS = 60
ACCESS_LASTS = 60
FORGOTTEN_AFTER = 3600


@dataclass(kw_only=True)
class Grant:
    """What a person allows a service to know; ``given_at`` is in seconds since the epoch."""

    asked: Authorisation
    person: DoublePerson
    given_at: float
    access_token: str | None = None


@dataclass
class Grants:
    """Every grant since the double started."""

    clock: Callable[[], float] = time.time
    _by_code: dict[str, Grant] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def issue(self, asked: Authorisation, person: DoublePerson) -> str:
        """A new code for the grant of ``person``."""
        code, moment = secrets.token_urlsafe(32), self.clock()
        with self._lock:
            for old_code, grant in list(self._by_code.items()):
                if moment - grant.given_at > FORGOTTEN_AFTER:
                    del self._by_code[old_code]
            self._by_code[code] = Grant(asked=asked, person=person, given_at=moment)
        return code

    def redeem(self, code: str, *, redirect_uri: str) -> Grant | None:
        """The grant of ``code`` with its access token; ``None`` if it is unknown, expired, for another redirect_uri or already used."""
        with self._lock:
            grant = self._by_code.get(code)
            if grant is None or grant.asked.redirect_uri != redirect_uri:
                return None
            if grant.access_token is not None:
                # The code may have been stolen: what it granted is revoked.
                del self._by_code[code]
                return None
            if self.clock() - grant.given_at > CODE_LASTS:
                return None
            grant.access_token = secrets.token_urlsafe(32)
            grant.given_at = self.clock()
            return grant

    def find(self, access_token: str) -> Grant | None:
        """The grant of ``access_token``, while it is valid."""
        with self._lock:
            return next(
                (
                    grant
                    for grant in self._by_code.values()
                    if grant.access_token == access_token
                    and self.clock() - grant.given_at <= ACCESS_LASTS
                ),
                None,
            )
