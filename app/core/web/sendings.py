"""A form is sent once: what a second click sends again is answered as the first one was, and nothing is written twice."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ForeignKey, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.access.guard import require_identity
from app.core.access.identity import Identity
from app.core.access.rows import current_identity
from app.core.database.tables import Base
from app.core.database.unit_of_work import committing
from app.core.now import utcnow
from app.core.web import htmx
from app.extensions import db

#: the field that every form of a page bears
FIELD = "sending"
#: what changes from one sending to the next of the same form
UNSTABLE = frozenset({"csrf_token"})
#: for how long the same form may be sent again without being followed
KEPT = timedelta(days=1)


class Sending(Base):
    """What an agent sent from a page, and where that led."""

    __tablename__ = "sending"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    #: SHA-256 of the form of the page, told by a number drawn when the page was made, and of what it said
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    #: the address that the agent was led to; none when a part of the page was replaced
    location: Mapped[str | None]
    sent_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())


class AlreadySentError(Exception):
    """The form was sent before; ``location`` is where that led, if anywhere."""

    def __init__(self, location: str | None) -> None:
        super().__init__("this form was already sent")
        self.location = location


def init_app(app: Flask) -> None:
    """Give each form a token, remember where it led, and answer whoever sends it again."""
    app.add_template_global(lambda: secrets.token_urlsafe(16), "sending_token")
    app.register_error_handler(AlreadySentError, _answer_again)
    app.before_request(_begin)
    committing.fill(_end)


def _begin() -> None:
    """Take note of the form that the request sends, before anything is decided of it: once sent, it may no longer be allowed.

    A file is sent as often as one wants: what is made of it knows whether it came before.
    """
    identity = current_identity()
    if request.method != "POST" or identity is None or FIELD not in request.form:
        return
    if not any(file.filename for file in request.files.values()):
        _take(db.session(), identity)


def _take(session: Session, identity: Identity) -> None:
    """Keep the sending with what the view writes: at the same moment, one waits for what becomes of the other.

    Raise `AlreadySentError` if the same page sent the same thing before.
    """
    mine, digest = Sending.agent_id == identity.agent_id, _digest()
    session.execute(delete(Sending).where(mine, Sending.sent_at < utcnow() - KEPT))
    row = {"agent_id": identity.agent_id, "digest": digest, "sent_at": utcnow()}
    taken = insert(Sending).values(row).on_conflict_do_nothing().returning(Sending.digest)
    if session.scalar(taken) is None:
        former = select(Sending.location).where(mine, Sending.digest == digest)
        raise AlreadySentError(session.scalar(former))
    g.sending = digest


def _end(response: Response) -> None:
    """Remember where ``response`` leads whoever sent the form."""
    digest = g.pop("sending", None)
    location = response.headers.get("HX-Redirect") or response.location
    if digest is None or location is None:
        return
    key = (Sending.agent_id == require_identity().agent_id, Sending.digest == digest)
    db.session.execute(update(Sending).where(*key).values(location=location))


def _digest() -> bytes:
    """Of where the form goes and of all that it says, each text with its length: none runs into the next."""
    return sha256("".join(f"{len(text)}:{text}" for text in _told()).encode()).digest()


def _told() -> Iterator[str]:
    yield request.path
    for name in sorted(request.form.keys() - UNSTABLE):
        yield from (name, *request.form.getlist(name))


def _answer_again(error: AlreadySentError) -> ResponseReturnValue:
    if htmx.wants_fragment():
        return htmx.go_to(error.location) if error.location else htmx.refresh()
    return redirect(error.location or request.path, 303)
