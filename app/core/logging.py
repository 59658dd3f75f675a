"""Structured logs: one line of JSON per event in production, readable lines otherwise; never an agent's text."""

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import structlog

#: what a sentence of a library may quote: between quotes or parentheses, an e-mail address, a path, many digits
QUOTED = re.compile(r"""'[^']*'|"[^"]*"|\([^)]*\)|\S+@\S+|\S*/\S*|%[-\d.]*[a-z]|\d{6,}""")


def configure(*, production: bool) -> None:
    """Set up structlog; only warnings and errors of the libraries' own loggers are kept."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if production
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _locate,
            renderer,
        ],
        # Looked up for each line: stderr may be temporarily redirected.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(of_libraries(production=production))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def of_libraries(*, production: bool) -> logging.Formatter:
    """How the lines of the libraries are written: in production, JSON like ours."""
    return _Line() if production else _Located("%(levelname)s %(name)s %(message)s")


class _Located(logging.Formatter):
    """How a library's own line is written: an error says where, never what, which may quote a partner's line."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is the library's
        """Where the error comes from."""
        return trace(ei[1])


class _Line(_Located):
    """A library's own line as JSON: what it says without its arguments, which may quote an address or what somebody sent."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        event: structlog.typing.EventDict = {
            "event": QUOTED.sub("…", str(record.msg)),
            "source": record.name,
            "level": record.levelname.lower(),
            "process": record.process,
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            event["trace"] = trace(record.exc_info[1])
        merged = structlog.contextvars.merge_contextvars(None, "", event)
        return str(structlog.processors.JSONRenderer()(None, "", merged))


def _locate(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Replace an error by where it comes from."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exception()
    if isinstance(error, BaseException):
        event["trace"] = trace(error)
    return event


def trace(error: BaseException) -> str:
    """Where an error comes from, causes first: files, lines and types. Never its message, which may quote an agent's text."""
    lines = [*traceback.format_tb(error.__traceback__), type(error).__qualname__]
    cause = error.__cause__ or error.__context__
    return "\n".join([trace(cause), *lines] if cause is not None else lines)


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger bound to a module's name."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(source=name)
    return logger
