"""The examples of docs/impact.md run as they are written, one after another."""

import re

import pytest

from config import ROOT


def test_the_examples_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "impact.md").read_text(), re.S)
    scope: dict[str, object] = {}
    for block in blocks:
        exec(block, scope)  # noqa: S102 - our own page
    said = capsys.readouterr().out
    assert said.startswith("Favorable : les entreprises accompagnées ont défailli ")
