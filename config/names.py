"""What settings are called in the environment."""

from collections.abc import Iterable
from difflib import get_close_matches

PREFIX = "VIGIE_"
#: settings whose variable is not the prefix and their own name
RENAMED = {
    "production": "VIGIE_ENV",
    "database_url": "DATABASE_URL",
    "database_app_url": "DATABASE_APP_URL",
}
#: variables that bear the prefix and are no setting of an instance: who reads them, and why not here
ELSEWHERE = {
    "VIGIE_SERIES": "the sources of `scoring`, which work without an instance: a directory of declared series",
    "VIGIE_SAMPLES": "the tests: where the partners' sample files are",
}


def variable(setting: str) -> str:
    """The environment variable of ``setting``."""
    return RENAMED.get(setting, f"{PREFIX}{setting.upper()}")


def is_ours(name: str) -> bool:
    """Whether ``name`` can only be meant for Vigie's settings, however it is cased."""
    return name.upper().startswith(PREFIX) and name not in ELSEWHERE


def closest(name: str, known: Iterable[str]) -> str | None:
    """The variable of ``known`` that ``name`` may be a misspelling of."""
    # Without the prefix they share, which would make them all alike.
    bare = {variable.removeprefix(PREFIX): variable for variable in known}
    matches = get_close_matches(name.upper().removeprefix(PREFIX), bare, n=1)
    return bare[matches[0]] if matches else None
