"""Steps that know whether they are already done, so that an interruption loses nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[[str], None]


@dataclass(frozen=True)
class BuildStep:
    """A step of the build, in words."""

    title: str
    is_done: Callable[[], bool]
    do: Callable[[], str]


def run_steps(steps: list[BuildStep], *, say: Say) -> None:
    """Run the unfinished steps, reporting what each did and how long it took."""
    for number, step in enumerate(steps, 1):
        prefix = f"[{number}/{len(steps)}] {step.title}"
        if step.is_done():
            say(f"{prefix} : déjà fait")
            continue
        say(f"{prefix}…")
        started = time.monotonic()
        outcome = step.do()
        say(f"{' ' * 6}{outcome} ({time.monotonic() - started:.1f} s)")
