"""A request being received: how much of it has come, and when it is whole.

Only its length is read here; gunicorn parses it, strictly, once it is whole.
"""

import re
from dataclasses import dataclass, field
from enum import Enum

END_OF_HEAD = b"\r\n\r\n"
#: bytes of the request line and the headers; gunicorn has its own, lower, limits on each of them
LONGEST_HEAD = 32 * 1024
#: bytes of a request kept in memory until it is whole: the longest form that Vigie reads is 2 MiB once decoded, and most are 2 kB
LARGEST_HELD = 512 * 1024
LENGTH = re.compile(rb"(?im)^content-length:[ \t]*([0-9]{1,15})[ \t]*\r?$")
CHUNKED = re.compile(rb"(?im)^transfer-encoding:")
EXPECTS = re.compile(rb"(?im)^expect:[ \t]*100-continue[ \t]*\r?$")


class Progress(Enum):
    """What to do with a connection after some bytes of it have come."""

    WAIT = "wait"
    #: it has asked to be told to send its body
    CONTINUE = "continue"
    #: the request is whole
    WHOLE = "whole"
    #: its beginning is here, and its body is too large to be kept in memory
    LARGE = "large"
    #: 431: the head never ends
    TOO_LONG = "too long"
    #: 411: the body does not say how long it is
    NO_LENGTH = "no length"


@dataclass
class Reception:
    """The bytes of one request, as they come."""

    received: bytearray = field(default_factory=bytearray)
    #: length of the whole request, once its head is there
    expected: int | None = None

    def add(self, data: bytes) -> Progress:
        """Keep ``data`` and tell what to do next."""
        self.received += data
        if self.expected is None:
            return self._read_head(data)
        return self._judge()

    def _read_head(self, data: bytes) -> Progress:
        # What was searched before is not searched again, but for an end cut in two.
        start = max(0, len(self.received) - len(data) - len(END_OF_HEAD))
        end = self.received.find(END_OF_HEAD, start, LONGEST_HEAD)
        if end < 0:
            return Progress.TOO_LONG if len(self.received) >= LONGEST_HEAD else Progress.WAIT
        head = bytes(self.received[: end + 2])
        if CHUNKED.search(head):
            return Progress.NO_LENGTH
        length = LENGTH.search(head)
        self.expected = end + len(END_OF_HEAD) + (int(length[1]) if length else 0)
        judged = self._judge()
        if judged is Progress.WAIT and EXPECTS.search(head):
            return Progress.CONTINUE
        return judged

    def _judge(self) -> Progress:
        if self.expected is not None and len(self.received) >= self.expected:
            return Progress.WHOLE
        return Progress.LARGE if len(self.received) >= LARGEST_HELD else Progress.WAIT
