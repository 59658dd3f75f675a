"""How many requests may come from the same place. Counted in the database, shared by every process, as digests of the day.

The key of a digest changes each day, and rows go after two: nobody finds again which address, telephone or firm was there.
"""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address

from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core.database.locks import take_turn
from app.core.now import utcnow
from app.core.text.folding import folded
from app.referrals.guichet.door.models import DoorKnock, DoorSending, KnockKind
from config import Config

#: requests are counted one after the other
TURNS = 7_146_193
KEPT = timedelta(days=2)
#: requests a day about the same person or firm, from wherever they come
A_DAY = 5
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
#: looking for a firm by name, from one network
SEARCHES = 30
#: it does not say which count was reached: that would tell what others asked
TOO_MANY = (
    "Trop de demandes sont arrivées à la suite. Gardez cette page ouverte et envoyez-la à nouveau dans {}, ou demain."
    " Rien n’est perdu."
)


class TooManyError(Exception):
    """Wait before another one: ``message`` says so in French; ``wait``: seconds."""

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.message, self.wait = message, wait


def count_request(
    session: Session, *, network: str, telephone: str, email: str, siren: str
) -> None:
    """Count a request, and raise `TooManyError` beyond what is accepted. ``session`` acts for the system."""
    config: Config = current_app.config["VIGIE"]
    take_turn(session, TURNS)
    known = [
        (KnockKind.NETWORK, _network(network), HOUR, config.guichet_per_hour),
        (KnockKind.TELEPHONE, telephone, DAY, A_DAY),
        (KnockKind.EMAIL, folded(email), DAY, A_DAY),
        (KnockKind.SIREN, siren, DAY, A_DAY),
    ]
    # Every count is read before any is judged: a refusal takes as long whichever it is.
    counts = [_count(session, kind, value, within) for kind, value, within, _ in known if value]
    limits = [limit for _, value, _, limit in known if value]
    _knock(session, [(kind, value) for kind, value, _, _ in known if value])
    if any(count >= limit for count, limit in zip(counts, limits, strict=True)):
        raise TooManyError(TOO_MANY.format("une heure"), wait=int(HOUR.total_seconds()))


def count_search(session: Session, *, network: str) -> None:
    """Count a search of a firm by its name; raise `TooManyError` beyond what is accepted. In a transaction of its own."""
    value = _network(network)
    if _count(session, KnockKind.SEARCH, value, MINUTE) >= SEARCHES:
        raise TooManyError(TOO_MANY.format("une minute"), wait=int(MINUTE.total_seconds()))
    _knock(session, [(KnockKind.SEARCH, value)])


def forget(session: Session) -> None:
    """Delete what is old. ``session`` acts for the system."""
    session.execute(delete(DoorKnock).where(DoorKnock.knocked_at < utcnow() - KEPT))
    session.execute(delete(DoorSending).where(DoorSending.sent_at < utcnow() - KEPT))


def _count(session: Session, kind: KnockKind, value: str, within: timedelta) -> int:
    # The digest of yesterday is another one: a day begins anew at midnight.
    same = (DoorKnock.digest == _digest(kind, value), DoorKnock.knocked_at > utcnow() - within)
    return session.scalar(select(func.count()).select_from(DoorKnock).where(*same)) or 0


def _knock(session: Session, known: Sequence[tuple[KnockKind, str]]) -> None:
    moment = utcnow()
    session.add_all(
        DoorKnock(kind=kind, digest=_digest(kind, value), knocked_at=moment)
        for kind, value in known
    )
    session.flush()


def _digest(kind: KnockKind, value: str) -> bytes:
    config: Config = current_app.config["VIGIE"]
    day = f"vigie:guichet:{utcnow():%Y-%m-%d}"
    key = hmac.digest(config.secret_key.encode(), day.encode(), sha256)
    return hmac.digest(key, f"{kind.value}:{value}".encode(), sha256)


def _network(address: str) -> str:
    """A network address; in IPv6, the /64 that one subscriber holds."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(parsed) if parsed.version == 4 else parsed.exploded[:19]
