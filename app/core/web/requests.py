"""What browsers send, made of characters that PostgreSQL can hold and HTML can show; numbers in addresses are row numbers."""

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

#: the largest number a row can bear
LARGEST_ID = 2**31 - 1


class Parameters(ImmutableMultiDict[str, Any]):
    """The fields of a query or of a form, without the characters that nothing can keep."""

    def __init__(
        self, mapping: MultiDict[str, Any] | Iterable[tuple[str, Any]] | None = None
    ) -> None:
        pairs = mapping.items(multi=True) if isinstance(mapping, MultiDict) else mapping or ()
        super().__init__([(writable(name), _cleaned(value)) for name, value in pairs])


class Request(HtmxAwareRequest):  # type: ignore[misc]
    """A request whose query and form are `Parameters`."""

    parameter_storage_class = Parameters
    #: where files are written as they come; `None`: where the system keeps what is temporary
    upload_folder: Path | None = None

    def __init__(self, environ: dict[str, Any], *arguments: Any, **options: Any) -> None:
        # Some clients send raw bytes after the question mark: quoted, they are decoded like others.
        raw = environ.get("QUERY_STRING", "").encode("latin1")
        environ["QUERY_STRING"] = quote(raw, safe=punctuation)
        super().__init__(environ, *arguments, **options)

    def _get_file_stream(self, *arguments: Any, **named: Any) -> IO[bytes]:
        if self.upload_folder is None:
            stream: IO[bytes] = super()._get_file_stream(*arguments, **named)
            return stream
        return TemporaryFile(dir=self.upload_folder)


class RowNumber(IntegerConverter):
    """The number of a row: ASCII digits, and no more than the column holds."""

    regex = "[0-9]{1,10}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


class WritableText(UnicodeConverter):
    """A part of an address; with a character that nothing can hold, it is no address of ours."""

    def to_python(self, value: str) -> str:
        """The text itself."""
        if writable(value) != value:
            raise ValidationError
        return value


def init_app(app: Flask) -> None:
    """Read every request so. After the extension of htmx, before any route."""
    app.request_class = Request
    app.url_map.converters.update(int=RowNumber, default=WritableText, string=WritableText)


def _cleaned(value: Any) -> Any:
    return writable(value) if isinstance(value, str) else value
