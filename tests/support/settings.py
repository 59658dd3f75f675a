"""An environment of settings for a test, whatever that of the run."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from config import Config


@pytest.fixture
def from_env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Config]:
    """``from_env(VIGIE_…="…")``: the instance of an environment that holds these settings and a home."""
    for name in list(os.environ):
        if name.upper().startswith(("VIGIE_", "DATABASE_")):
            monkeypatch.delenv(name)

    def read(*, serves: bool = False, **variables: str) -> Config:
        with monkeypatch.context() as patched:
            for name, value in {"VIGIE_HOME": str(tmp_path), **variables}.items():
                patched.setenv(name, value)
            return Config.from_env(serves=serves)

    return read
