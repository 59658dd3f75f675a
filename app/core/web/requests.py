"""Requests restricted to characters that PostgreSQL can store and HTML display; integers in URLs are row ids."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from string import punctuation
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import quote

from flask import Flask, request
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

from app.core.text.bounds import writable

#: the largest id a row can have
LARGEST_ID = 2**31 - 1
#: bytes of a query string: what the web server lets through, whatever serves the application
LONGEST_QUERY = 4094


class Parameters(ImmutableMultiDict[str, Any]):
    """The fields of a query string or of a form, without unwritable characters (see `writable`)."""

    def __init__(
        self, mapping: MultiDict[str, Any] | Iterable[tuple[str, Any]] | None = None
    ) -> None:
        pairs = mapping.items(multi=True) if isinstance(mapping, MultiDict) else mapping or ()
        super().__init__([(writable(name), _cleaned(value)) for name, value in pairs])


class BoundedParser(FormDataParser):
    """The limits of multipart forms (length of the texts, number of fields) kept for every kind of form."""

    def parse(self, *arguments: Any, **named: Any) -> Any:
        """Parse a form; raise `RequestEntityTooLarge` when its names and texts are too long together."""
        stream, form, files = super().parse(*arguments, **named)
        limit = self.max_form_memory_size
        length = sum(len(name) + len(value) for name, value in form.items(multi=True))
        if limit is not None and length > limit:
            raise RequestEntityTooLarge
        return stream, form, files

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> Any:
        # Werkzeug bounds neither: a million fields take ten seconds, and sixty megabytes once shown again.
        limit = self.max_form_memory_size
        sent = stream.read() if limit is None else stream.read(limit + 1)
        if limit is not None and len(sent) > limit:
            raise RequestEntityTooLarge
        if self.max_form_parts is not None and sent.count(b"&") >= self.max_form_parts:
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(sent), mimetype, content_length, options)


class Request(HtmxAwareRequest):  # type: ignore[misc]
    """A request whose query string and form are `Parameters`."""

    parameter_storage_class = Parameters
    form_data_parser_class = BoundedParser
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
    app.before_request(_refuse_long_query)


def _refuse_long_query() -> None:
    if len(request.query_string) > LONGEST_QUERY:
        raise RequestURITooLarge


def _cleaned(value: Any) -> Any:
    return writable(value) if isinstance(value, str) else value
