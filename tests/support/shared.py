"""What is costly to make and only read: made once in a run, by the first worker that needs it, for all of them."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from filelock import FileLock

Made = TypeVar("Made")


def made_once(run_directory: Path, name: str, make: Callable[[], Made]) -> Made:
    """What ``make`` returned, the only time it was called in this run; each worker gets a copy of its own.

    Files that ``make`` writes belong under ``run_directory``, and no test may change them.
    """
    kept = run_directory / f"{name}.pickle"
    with FileLock(run_directory / f"{name}.lock"):
        if not kept.exists():
            half = kept.with_suffix(".half")
            half.write_bytes(pickle.dumps(make()))
            half.replace(kept)
    return cast(Made, pickle.loads(kept.read_bytes()))  # noqa: S301 - written by this run
