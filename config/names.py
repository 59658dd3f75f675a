"""The names of settings in the environment."""

from collections.abc import Iterable
from difflib import get_close_matches

PREFIX = "VIGIE_"
#: settings whose variable is not the prefix followed by their own name
RENAMED = {
    "production": "VIGIE_ENV",
    "database_url": "DATABASE_URL",
    "database_app_url": "DATABASE_APP_URL",
    "database_read_url": "DATABASE_READ_URL",
    "database_backup_url": "DATABASE_BACKUP_URL",
}
#: variables with the prefix that are not settings of an instance: who reads them, and why not here
ELSEWHERE = {
    "VIGIE_SERIES": "the sources of `scoring`, which work without an instance: a directory of declared series",
    "VIGIE_SOLE_TRADERS": "the perimeter of `scoring`, which works without an instance: whether natural persons are looked at",
    "VIGIE_SAMPLES": "the tests: where the partners' sample files are",
}


def variable(setting: str) -> str:
    """The environment variable of ``setting``."""
    return RENAMED.get(setting, f"{PREFIX}{setting.upper()}")


def is_ours(name: str) -> bool:
    """Whether ``name`` can only be meant as a setting of Vigie, whatever its case."""
    return name.upper().startswith(PREFIX) and name not in ELSEWHERE


def closest(name: str, variables: Iterable[str]) -> str | None:
    """The one of ``variables`` that ``name`` may be a misspelling of, if any."""
    # Without their common prefix, which would make them all look alike.
    bare = {variable.removeprefix(PREFIX): variable for variable in variables}
    matches = get_close_matches(name.upper().removeprefix(PREFIX), bare, n=1)
    return bare[matches[0]] if matches else None
