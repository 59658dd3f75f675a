"""Structured logs: one line of JSON per event in production, readable lines otherwise; never an agent's text."""

import logging
import sys
import traceback

import structlog


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
            structlog.processors.format_exc_info,
            renderer,
        ],
        # Looked up for each line: stderr may be temporarily redirected.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )


def trace(error: BaseException) -> str:
    """Where an error comes from, causes first: files, lines and types. Never its message, which may quote an agent's text."""
    lines = [*traceback.format_tb(error.__traceback__), type(error).__qualname__]
    cause = error.__cause__ or error.__context__
    return "\n".join([trace(cause), *lines] if cause is not None else lines)


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger bound to a module's name."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(source=name)
    return logger
