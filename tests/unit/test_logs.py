"""The technical log says where an error comes from, never the line of a partner or the text of an agent that it quotes."""

import logging
import re

import pytest

from app.core import logging as logs
from scoring.data.sources.loading import first_line

SECRET = "10000000900008"


def fail() -> None:
    """An error that quotes what it read."""
    raise ValueError(f"Could not convert string '{SECRET}' to DOUBLE")


@pytest.mark.parametrize("production", [True, False])
def test_our_lines_locate_an_error(capsys: pytest.CaptureFixture[str], production: bool) -> None:
    logs.configure(production=production)
    try:
        fail()
    except ValueError as error:
        logs.get_logger("essai").error("import failed", batch="lot", exc_info=error)
        logs.get_logger("essai").error("import failed", batch="lot", exc_info=True)
    written = capsys.readouterr().err
    assert written.count("test_logs.py") >= 2
    assert "ValueError" in written
    assert SECRET not in written


def test_lines_of_libraries_do_too() -> None:
    formatter = logs._Located("%(message)s")
    try:
        fail()
    except ValueError as error:
        kind = (type(error), error, error.__traceback__)
        record = logging.LogRecord("procrastinate", logging.ERROR, "", 1, "Job failed", None, kind)
    written = formatter.format(record)
    assert "test_logs.py" in written
    assert SECRET not in written


def test_a_refused_file_quotes_none_of_its_cells() -> None:
    error = RuntimeError(
        f"Conversion Error: Could not convert string '{SECRET}' to DOUBLE\nLine: x"
    )
    assert first_line(error) == "Conversion Error: Could not convert string « … » to DOUBLE"
    assert not re.search(SECRET, first_line(RuntimeError(f'Error near "{SECRET}')))
