"""The technical log says where an error comes from, never the line of a partner or the text of an agent that it quotes."""

import json
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


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("Error handling request %s", (f"/entreprises/{SECRET}",)),
        ("Invalid request from ip={ip}: '/recherche?q=Boulangerie-Confidence'", ()),
        ("Job mail:send[12](address=marie@exemple.invalid) failed", ()),
        (f"could not convert {SECRET}", ()),
    ],
)
def test_a_line_of_a_library_is_json_without_what_it_quotes(
    message: str, arguments: tuple[str, ...]
) -> None:
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 1, message, arguments, None)
    written = logs.of_libraries(production=True).format(record)
    told = json.loads(written)
    assert told["source"] == "gunicorn.error"
    assert told["level"] == "error"
    assert told["event"].startswith(message.split(maxsplit=1)[0])
    for word in (SECRET, "Boulangerie", "marie", "exemple.invalid"):
        assert word not in written
