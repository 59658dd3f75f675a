"""Requests restricted to characters that PostgreSQL can store and HTML display; integers in URLs are row ids."""

from collections.abc import Iterable
from pathlib import Path
from string import punctuation
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import quote

from flask import Flask
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

from app.core.text.bounds import writable

#: the largest id a row can have
LARGEST_ID = 2**31 - 1


class Parameters(ImmutableMultiDict[str, Any]):
    """The fields of a query string or of a form, without unwritable characters (see `writable`)."""

    def __init__(
        self, mapping: MultiDict[str, Any] | Iterable[tuple[str, Any]] | None = None
    ) -> None:
        pairs = mapping.items(multi=True) if isinstance(mapping, MultiDict) else mapping or ()
        super().__init__([(writable(name), _cleaned(value)) for name, value in pairs])


class Request(HtmxAwareRequest):  # type: ignore[misc]
    """A request whose query string and form are `Parameters`."""

    parameter_storage_class = Parameters
    #: where uploads are written as they arrive; `None`: the system's temporary directory
    upload_folder: Path | None = None

    def __init__(self, environ: dict[str, Any], *arguments: Any, **options: Any) -> None:
        # Some clients send raw bytes in the query string: once quoted, they are decoded like any others.
        raw = environ.get("QUERY_STRING", "").encode("latin1")
        environ["QUERY_STRING"] = quote(raw, safe=punctuation)
        super().__init__(environ, *arguments, **options)

    def _get_file_stream(self, *arguments: Any, **named: Any) -> IO[bytes]:
        if self.upload_folder is None:
            stream: IO[bytes] = super()._get_file_stream(*arguments, **named)
            return stream
        return TemporaryFile(dir=self.upload_folder)


class RowNumber(IntegerConverter):
    """A row id: ASCII digits, no larger than the column allows."""

    regex = "[0-9]{1,10}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


class WritableText(UnicodeConverter):
    """A part of a URL; with an unwritable character, it matches none of our routes."""

    def to_python(self, value: str) -> str:
        """Return the text itself; raise `ValidationError` when it has an unwritable character."""
        if writable(value) != value:
            raise ValidationError
        return value


def init_app(app: Flask) -> None:
    """Use these classes for every request. Call it after the htmx extension, before any route is added."""
    app.request_class = Request
    app.url_map.converters.update(int=RowNumber, default=WritableText, string=WritableText)


def _cleaned(value: Any) -> Any:
    return writable(value) if isinstance(value, str) else value
