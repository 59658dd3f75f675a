"""What happens in another process or after an answer is waited for, by what it changes."""

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], bool], *, seconds: float = 120.0) -> None:
    """Return when the condition holds; past the limit, a guard against hanging, fail."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.05)
