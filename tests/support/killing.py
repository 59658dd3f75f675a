"""A process that SIGKILL ends at a chosen moment."""

import os
import signal
from collections.abc import Callable
from typing import Any

from app.extensions import db

#: what a process does not reach the end of: a function, as its module knows it
Moment = tuple[Any, str]


def killed_at(moment: Moment, act: Callable[[], object], *, before: bool = False) -> None:
    """Run ``act`` in another process, that SIGKILL ends once it has done ``moment``, or just ``before``."""
    child = os.fork()
    if child == 0:
        try:
            db.engine.dispose(close=False)
            owner, name = moment
            done = getattr(owner, name)

            def die(*arguments: Any, **named: Any) -> None:
                if not before:
                    done(*arguments, **named)
                os.kill(os.getpid(), signal.SIGKILL)

            setattr(owner, name, die)
            act()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{moment[1]} was never reached"
    assert os.WTERMSIG(status) == signal.SIGKILL
