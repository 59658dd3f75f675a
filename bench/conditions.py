"""The conditions of the measures."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version

LIBRARIES = ("flask", "sqlalchemy", "duckdb", "pandas", "catboost", "scikit-learn")


def sentence(*, postgresql: int | None = None) -> str:
    """Return one line of Markdown: date, machine, versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    database = "" if postgresql is None else f" PostgreSQL {postgresql} embedded,"
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()},{database} {versions}."
    )
