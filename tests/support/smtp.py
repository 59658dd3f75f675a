"""A real SMTP server in a thread, that keeps what it receives, can refuse, and can die."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask


class Letterbox:
    """What arrived, in order; ``refusals`` messages are first turned away, some addresses always are."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.refusals = 0
        #: addresses that nobody has here
        self.unknown: set[str] = set()
        #: whether it refuses for good whatever is said
        self.is_hostile = False
        #: messages in the middle of which the connection breaks
        self.deaths = 0

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Accept a recipient, unless it is unknown here."""
        if address in self.unknown:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, or ask to come back later."""
        if self.deaths:
            self.deaths -= 1
            server.transport.abort()
            return "421 gone"
        if self.is_hostile:
            return "554 not here"
        if self.refusals:
            self.refusals -= 1
            return "451 come back later"
        content: Any = envelope.content
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        return "250 kept"


@contextmanager
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    """A letterbox and the port it listens to."""
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()


@contextmanager
def posted_to(app: Flask) -> Iterator[Letterbox]:
    """A letterbox, with the application's settings leading to it."""
    former = app.config["VIGIE"]
    with letterbox() as (box, port):
        app.config["VIGIE"] = former.replace(smtp_port=port)
        try:
            yield box
        finally:
            app.config["VIGIE"] = former


def free_port() -> int:
    """A port of this machine that nothing listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
