"""The settings an operator reads about are those that Vigie reads, and the other way round."""

import re
import subprocess
from collections.abc import Callable

import pytest

from config import ROOT, Config
from config.names import ELSEWHERE, variable
from config.settings import VARIABLES, _Environment

pytest_plugins = ["tests.support.settings"]

FromEnv = Callable[..., Config]

#: keys of Flask's configuration, which the environment does not give
KEYS = {"VIGIE_ENDPOINTS"}
#: what a setting needs beside it to be accepted
COMPANIONS = {
    "VIGIE_PROCONNECT_CLIENT_ID": "a", "VIGIE_PROCONNECT_CLIENT_SECRET": "b",
    "VIGIE_LAKE_KEY": "a", "VIGIE_LAKE_SECRET": "b",
}  # fmt: skip
PRODUCTION = {
    "VIGIE_SECRET_KEY": "0123456789abcdef" * 2, "VIGIE_JOURNAL_KEY": "fedcba9876543210" * 2,
    "VIGIE_PUBLIC_URL": "https://vigie.exemple.invalid", "VIGIE_PROXIES": "1",
}  # fmt: skip
#: tests that write names wrong on purpose
MISSPELT = {"tests/unit/test_config.py", "tests/instance/test_operator.py"}


def _documented() -> dict[str, list[str]]:
    """The rows of the table of settings: what each accepts, its default, its meaning."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text.split("\n## Settings\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in rows}


DOCUMENTED = _documented()


def test_the_table_names_the_declared_variables_in_their_order() -> None:
    assert list(DOCUMENTED) == list(VARIABLES)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_the_table_says_is_accepted(from_env: FromEnv, name: str) -> None:
    accepts = DOCUMENTED[name][0]
    assert accepts
    for value in re.findall("`([^`]+)`", accepts):
        others = PRODUCTION if name == "VIGIE_ENV" else COMPANIONS
        from_env(**{**others, name: value})


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_default_of_the_table_is_that_of_the_setting(
    from_env: FromEnv, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    said = re.match("`([^`]+)`", DOCUMENTED[name][1])
    keys = {"VIGIE_HOME": "", **PRODUCTION}
    for elsewhere in ("VIGIE_PUBLIC_URL", "VIGIE_PROXIES"):
        keys.pop(elsewhere)
    if said:
        assert from_env(**{**keys, name: said[1]}) == from_env(**keys)
    else:
        [field] = [f for s, f in _Environment.model_fields.items() if variable(s) == name]
        assert not field.default


def test_every_variable_that_is_spoken_of_is_declared() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in set(tracked) - MISSPELT:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".sh", ".html", ".toml", ""} and path.is_file():
            spoken = set(re.findall(r"\bVIGIE_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8")))
            assert spoken <= {*VARIABLES, *ELSEWHERE} | KEYS, name


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_others_read_is_read_by_them_and_told(name: str) -> None:
    reader = {"VIGIE_SERIES": "scoring", "VIGIE_SOLE_TRADERS": "scoring", "VIGIE_SAMPLES": "tests"}[
        name
    ]
    found = subprocess.run(
        ["git", "grep", "-lw", name, "--", reader, ":!*.md"], cwd=ROOT, check=False
    )
    assert found.returncode == 0
    assert name in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
