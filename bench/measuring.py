"""Timing a call, and the memory of a call that runs in its own process."""

import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cost:
    """Seconds of a call and the peak memory of its process, in MB."""

    seconds: float
    megabytes: float


def seconds(call: Callable[[], object]) -> float:
    """Return the duration of one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def best(call: Callable[[], object], *, rounds: int = 3) -> float:
    """Return the shortest of some rounds: what an undisturbed machine can do."""
    return min(seconds(call) for _ in range(rounds))


def percentiles(durations: list[float]) -> tuple[float, float]:
    """Return p50 and p95 of ``durations``, in milliseconds."""
    cuts = statistics.quantiles(durations, n=20)
    return statistics.median(durations) * 1000, cuts[18] * 1000


def apart(call: Callable[..., object], *arguments: Any) -> Cost:
    """Run ``call`` in a fresh process, so that its peak memory is measured alone; raise `RuntimeError` if it failed."""
    context = multiprocessing.get_context("spawn")
    answers: Any = context.SimpleQueue()
    process = context.Process(target=_measured, args=(answers, call, arguments))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{call} failed with exit code {process.exitcode}")
    return Cost(*answers.get())


def _measured(answers: Any, call: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    # Progress bars must not end up in the Markdown.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    took = seconds(lambda: call(*arguments))
    answers.put((took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
