"""WhiteNoise in front of the application, and the addresses of the files."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.headers import Headers

from flask import Flask
from werkzeug.exceptions import SecurityError
from werkzeug.wsgi import get_host
from whitenoise import WhiteNoise

from app.core.front.publication import assemble, write
from app.core.web import answers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/static/"
SOURCE = Path(__file__).resolve().parents[2] / "static"
#: a name that includes a digest always means the same content
FOR_EVER = "public, max-age=31536000, immutable"


class StaticFiles:
    """The static files, as currently published: a WSGI application that forwards any other request to the next one."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.application: WSGIApplication = app.wsgi_app
        self.names: dict[str, str] = {}
        self.publish()

    def publish(self) -> None:
        """Assemble the files, and serve them from now on if they changed."""
        publication = assemble(SOURCE)
        if publication.names != self.names:
            folder = write(publication, self.app.config["VIGIE"].home / "static")
            self.files = WhiteNoise(
                self.application, folder, PREFIX, max_age=None, allow_all_origins=False, add_headers_function=_keep
            )  # fmt: skip
            self.names = publication.names

    def name(self, endpoint: str, values: dict[str, Any]) -> None:
        """Replace the name of a file by its published name in a URL; raise `KeyError` for a file that is not published."""
        if endpoint == "static":
            values["filename"] = self.names[values["filename"]]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve a file, or let the application answer: it also refuses host names that are not ours."""
        is_file = environ.get("PATH_INFO") in self.files.files
        if not is_file or not self._is_for_us(environ):
            return self.application(environ, start_response)
        # Refusals and 304 responses get the same protection as the others.
        is_secure = environ["wsgi.url_scheme"] == "https"
        protection = answers.protection(self.app.config["VIGIE"], is_secure=is_secure)

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            start_response(status, [*headers, *protection.items()])

        answer: Iterable[bytes] = self.files(environ, start)
        return answer

    def _is_for_us(self, environ: "WSGIEnvironment") -> bool:
        try:
            get_host(environ, self.app.config["TRUSTED_HOSTS"])
        except SecurityError:
            return False
        return True


def _keep(headers: Headers, _path: str, _url: str) -> None:
    headers["Cache-Control"] = FOR_EVER


def init_app(app: Flask) -> None:
    """Publish the files and serve them. In debug mode, a changed file is published again at the next request."""
    files = StaticFiles(app)
    app.wsgi_app = files  # type: ignore[method-assign]
    # Flask builds these addresses and never serves them: a file that is not published is a 404 like any other.
    app.add_url_rule(f"{PREFIX}<path:filename>", endpoint="static", build_only=True)
    app.url_defaults(files.name)
    if app.debug:
        app.before_request(files.publish)
