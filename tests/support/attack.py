"""How wide an attack is: as the suite runs it, or as many times wider as ``python -m bench.attack`` asks.

As a plugin of pytest (``-p tests.support.attack``), it also counts what was tried, one file for each worker.
"""

import json
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.nursery import Nursery

#: 1 in the suite
WIDTH = int(os.environ.get("ATTACK_WIDTH", "1"))
COUNTS = "ATTACK_COUNTS"
DRAWN_EACH = 10
#: one value in so many goes to an address
SHARE = 3 if WIDTH == 1 else 1

_tried: Counter[str] = Counter()


def drawn_bytes() -> tuple[str, ...]:
    """More bytes for addresses, percent-encoded, the same each time for a width; none in the suite."""
    draw = random.Random(WIDTH)  # noqa: S311 - attacks, not secrets
    return tuple(
        "".join(f"%{byte:02x}" for byte in draw.randbytes(draw.randint(1, 40)))
        for _ in range((WIDTH - 1) * DRAWN_EACH)
    )


def drawn_texts() -> tuple[str, ...]:
    """More texts for forms: any characters, lone surrogates and controls among them; none in the suite."""
    draw = random.Random(WIDTH + 1)  # noqa: S311 - attacks, not secrets
    return tuple(
        "".join(chr(draw.choice((draw.randrange(32), draw.randrange(0x110000)))) for _ in range(60))
        for _ in range((WIDTH - 1) * DRAWN_EACH)
    )


def pytest_configure(config: pytest.Config) -> None:
    """Count the requests and the kills of this process."""
    if COUNTS not in os.environ:
        return
    send, run = FlaskClient.open, Nursery.run

    def counted(self: FlaskClient, *args: Any, **kwargs: Any) -> TestResponse:
        answer = send(self, *args, **kwargs)
        _tried["requests"] += 1
        _tried[f"status {answer.status_code // 100}xx"] += 1
        _tried[f"route {_route(self.application, answer)}"] += 1
        return answer

    def killed(self: Nursery, order: Any, *, kill_after: float | None = None) -> tuple[int, float]:
        _tried["kills"] += kill_after is not None or order.dies_at is not None
        return run(self, order, kill_after=kill_after)

    FlaskClient.open, Nursery.run = counted, killed  # type: ignore[method-assign]


def pytest_sessionfinish() -> None:
    """Write what this process tried."""
    if _tried and COUNTS in os.environ:
        path = Path(os.environ[COUNTS]) / f"{os.getpid()}.json"
        path.write_text(json.dumps(_tried))


def _route(app: Flask, answer: TestResponse) -> str:
    adapter = app.url_map.bind_to_environ(answer.request.environ)
    try:
        rule, _ = adapter.match(return_rule=True)
    except Exception:  # noqa: BLE001 - an address of nothing is what an attack tries
        return "none"
    return f"{answer.request.method} {rule.rule}"
