"""Receives every message that the demonstration sends: a file each, and nothing goes anywhere else."""

import asyncio
from email.message import Message
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler


class FileSink(MessageHandler):
    """Write each message received to ``directory`` as an ``.eml`` file."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def handle_message(self, message: Message) -> None:
        """Store ``message``, numbered in order of arrival."""
        number = sum(1 for _ in self.directory.glob("*.eml")) + 1
        (self.directory / f"{number:05d}.eml").write_bytes(bytes(message))


def run(*, port: int, directory: Path) -> None:
    """Listen on the loopback interface until interrupted."""
    controller = Controller(FileSink(directory), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        asyncio.run(_forever())
    finally:
        controller.stop()


async def _forever() -> None:
    await asyncio.Event().wait()
