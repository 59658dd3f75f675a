"""The security file names modules and tests: those that it names exist."""

import re
from pathlib import Path

import pytest

from config import ROOT

FILES = sorted((ROOT / "docs" / "homologation").glob("*.md"))
PATHS = re.compile(
    r"`((?:app|config|tests|migrations|scripts|scoring)/[\w/.-]*|[\w-]+\.(?:py|txt))`"
)
LINKS = re.compile(r"\]\(([^)#:]+)\)")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_the_security_file_names_is_there(file: Path) -> None:
    text = file.read_text()
    named = [ROOT / path for path in PATHS.findall(text)]
    linked = [file.parent / path for path in LINKS.findall(text)]
    assert [str(path) for path in named + linked if not path.exists()] == []
