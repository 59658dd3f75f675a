"""Codes and access tokens, in memory: a code serves once, within a minute."""

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
    """What a person let a service know, until a moment in seconds."""

    asked: Authorisation
    person: DoublePerson
    given_at: float
    access_token: str | None = None


@dataclass
class Grants:
    """All that was granted since the double started."""

    clock: Callable[[], float] = time.time
    _by_code: dict[str, Grant] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def issue(self, asked: Authorisation, person: DoublePerson) -> str:
        """A code that stands for what ``person`` grants."""
        code, moment = secrets.token_urlsafe(32), self.clock()
        with self._lock:
            for known, grant in list(self._by_code.items()):
                if moment - grant.given_at > FORGOTTEN_AFTER:
                    del self._by_code[known]
            self._by_code[code] = Grant(asked=asked, person=person, given_at=moment)
        return code

    def redeem(self, code: str, *, redirect_uri: str) -> Grant | None:
        """The grant of ``code`` with its access token; ``None`` if it is unknown, late, of elsewhere or used before."""
        with self._lock:
            grant = self._by_code.get(code)
            if grant is None or grant.asked.redirect_uri != redirect_uri:
                return None
            if grant.access_token is not None:
                # Somebody holds a code that is not theirs: what it gave is taken back.
                del self._by_code[code]
                return None
            if self.clock() - grant.given_at > CODE_LASTS:
                return None
            grant.access_token = secrets.token_urlsafe(32)
            grant.given_at = self.clock()
            return grant

    def find(self, access_token: str) -> Grant | None:
        """What ``access_token`` opens, while it lasts."""
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
