"""What documents name exists: modules, tests, pages, targets of make."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from config import ROOT

FILES = [
    *sorted((ROOT / "docs" / "homologation").glob("*.md")),
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY", "CHANGELOG")),
]
PATHS = re.compile(
    r"`((?:app|tests|migrations|scripts|scoring|config|docs)/[\w/.-]*|[\w-]+\.(?:py|txt|md))`"
)
#: a test by its name, ``tests/…/test_x.py::test_y``
TESTS = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LINKS = re.compile(r"\]\(([^)#:]+)\)")
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
EXPLAINED = re.compile(r"^([a-z]+):.*## ", re.MULTILINE)
ASKED = re.compile(r"^make ([a-z]+)|`make ([a-z]+)", re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_a_document_names_is_there(file: Path) -> None:
    text = file.read_text()
    named = [ROOT / path for path in PATHS.findall(text)]
    linked = [file.parent / path for path in LINKS.findall(text)]
    assert [str(path) for path in named + linked if not path.exists()] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_tests_a_document_names_exist(file: Path) -> None:
    named = TESTS.findall(file.read_text())
    assert [each for each in named if f"def {each[1]}(" not in (ROOT / each[0]).read_text()] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_targets_a_document_gives_are_those_of_make(file: Path) -> None:
    given = {first or second for first, second in ASKED.findall(file.read_text())}
    assert given <= set(TARGET.findall((ROOT / "Makefile").read_text()))


def test_make_help_explains_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)", makefile, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(EXPLAINED.findall(makefile))


def test_a_commit_is_judged_as_the_build_judges_it() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    (hook,) = repository["hooks"]
    assert (repository["repo"], hook["language"]) == ("local", "system"), "nothing is downloaded"
    assert hook["entry"].split() == ["make", "--no-print-directory", "lint"]
    assert hook["always_run"]
    assert not hook["pass_filenames"]


def test_the_changelog_tells_the_version_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    titles = re.findall(r"^## \[(.+)\](.*)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert project["version"] in " ".join(titles[0])
