"""The static files as a browser gets them: named by their digest, kept for ever, and nothing else of the directory."""

import re
import shutil
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask, url_for

from app.core.database.unit_of_work import TransactionalFlask
from app.core.front import serving
from config import Config
from tests.factories.people import World
from tests.support.client import QuietClient
from tests.support.documents import parsed
from tests.web.crawling import published

FOR_EVER = "public, max-age=31536000, immutable"
NAMED = r"/static/(?:[\w-]+/)+[\w.-]+\.[0-9a-f]{12}\.(?:css|js|svg)"


def test_a_page_names_one_sheet_and_one_module_that_browsers_keep_for_ever(
    browser: QuietClient, world: World
) -> None:
    page = parsed(browser.get("/aide").text)
    assert len(page.select("link[rel=stylesheet]")) == 1
    assert len(page.select("script[type=module]")) == 1
    # The theme is known before the first paint, which a module is not.
    assert len(page.select("script:not([type=module])")) == 1
    for tag in page.select("link, script"):
        address = str(tag.get("href") or tag.get("src"))
        assert re.fullmatch(NAMED, address)
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_EVER), address
        assert "Set-Cookie" not in answer.headers


def test_what_a_sheet_and_a_module_name_is_kept_for_ever_too(
    app: TransactionalFlask, browser: QuietClient
) -> None:
    sheet, module = published(app, "css/app.css"), published(app, "js/app.js")
    images = re.findall(r"url\((?!\"data:|'data:)([^)]+)\)", browser.get(sheet).text)
    on_demand = re.findall(r'\bimport\("([^"]+)"\)', browser.get(module).text)
    assert len(set(images)) > 50
    assert len(on_demand) == 1
    named = {urljoin(sheet, path) for path in images} | {urljoin(module, *on_demand)}
    for address in named:
        assert re.fullmatch(NAMED, address)
        answer = browser.head(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_EVER), address


def test_files_travel_compressed_to_those_who_read_it(
    app: TransactionalFlask, browser: QuietClient
) -> None:
    sheet = published(app, "css/app.css")
    whole = browser.get(sheet)
    compressed = browser.get(sheet, headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert compressed.headers["Vary"] == "Accept-Encoding"
    assert len(compressed.data) < len(whole.data) / 5


@pytest.mark.parametrize(
    "path",
    [
        "css/vigie.css",
        "css/app.css",
        "vendor/manifest.json",
        "css/../css/app.css",
        "../__init__.py",
        "%2e%2e/__init__.py",
        "css/",
        "",
    ],
)
def test_nothing_else_of_the_directory_is_served(
    browser: QuietClient, world: World, path: str
) -> None:
    answer = browser.get(f"/static/{path}")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_cannot_name_a_file_that_is_not_published(app: TransactionalFlask) -> None:
    with app.test_request_context(), pytest.raises(KeyError, match=r"css/absent\.css"):
        url_for("static", filename="css/absent.css")


def test_while_developing_a_changed_file_is_served_at_the_next_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(serving.SOURCE, tmp_path / "source")
    monkeypatch.setattr(serving, "SOURCE", tmp_path / "source")
    app = Flask(__name__, static_folder=None)
    app.debug = True
    app.config["VIGIE"] = Config(home=tmp_path / "home", secret_key="x", journal_key="x")
    serving.init_app(app)
    app.add_url_rule("/", "page", lambda: url_for("static", filename="css/app.css"))
    browser = app.test_client()
    before = browser.get("/").text
    with (tmp_path / "source" / "css" / "print.css").open("a") as sheet:
        sheet.write(".new {}\n")
    after = browser.get("/").text
    assert after != before
    with browser.get(after) as answer:
        assert ".new {}" in answer.text
