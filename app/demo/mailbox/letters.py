"""The messages that the sink received, the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

#: messages shown at once
SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class ReceivedLetter:
    """A message as somebody reads it."""

    number: str
    recipient: str
    subject: str
    received_at: datetime
    lines: Sequence[str]


def latest(directory: Path) -> list[ReceivedLetter]:
    """Return the latest messages of a directory; none when nothing was sent yet."""
    files = sorted(directory.glob("*.eml"), reverse=True)[:SHOWN]
    return [_read(path) for path in files]


def _read(path: Path) -> ReceivedLetter:
    message = message_from_bytes(path.read_bytes(), policy=default)
    body = message.get_body(("plain",))
    return ReceivedLetter(
        number=path.stem,
        recipient=message["To"],
        subject=message["Subject"],
        received_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        lines=body.get_content().splitlines() if body else [],
    )
