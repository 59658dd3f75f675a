"""What a page asks of another process: what it is given, and what becomes of a page that waits."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import DomainError
from app.core.work import apart


def test_a_batch_without_rows_is_answered_with_nothing(tmp_path: Path) -> None:
    with apart.ask("rows", str(tmp_path), "b1", "first") as answer:
        assert answer.read() == b""


def test_what_cannot_be_answered_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        apart.ask("rows", str(tmp_path), "b1", "all")


def test_a_page_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "TIMEOUT", 0.001)
    with pytest.raises(DomainError, match="se fait trop attendre"):
        apart.ask("rows", str(tmp_path), "b1", "first")


def test_no_secret_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}

    def run(_command: list[str], *, env: dict[str, str], **_more: Any) -> None:
        given.update(env)

    monkeypatch.setenv("VIGIE_SECRET_KEY", "secret")
    monkeypatch.setenv("DATABASE_APP_URL", "postgresql://vigie_app:secret@db/vigie")
    monkeypatch.setattr(subprocess, "run", run)
    apart.ask("rows").close()
    assert "PATH" in given
    assert "secret" not in " ".join(given.values())
