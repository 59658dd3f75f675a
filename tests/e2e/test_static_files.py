"""What a browser asks again of the static files: nothing."""

import pytest
from playwright.sync_api import Page, expect

from app.core.database.unit_of_work import TransactionalFlask
from tests.factories.people import World
from tests.support.readers import open_session


@pytest.fixture
def asked(app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The static files that reach the server, in order."""
    paths: list[str] = []
    answer = app.wsgi_app

    def watch(environ, start_response):  # type: ignore[no-untyped-def]
        if environ["PATH_INFO"].startswith("/static/"):
            paths.append(environ["PATH_INFO"])
        return answer(environ, start_response)

    monkeypatch.setattr(app, "wsgi_app", watch)
    return paths


def test_a_second_page_asks_for_no_static_file(page: Page, world: World, asked: list[str]) -> None:
    page.goto("/aide")
    page.context.add_cookies([{"name": "vigie", "value": open_session(world.alice), "url": page.url}])  # fmt: skip
    page.goto("/")
    page.goto("/detections")
    first = len(asked)
    assert len([path for path in asked if path.endswith(".css")]) == 1
    assert len([path for path in asked if path.endswith(".js")]) == 2
    assert len(set(asked)) == first, "a file was asked for twice"
    page.goto("/")
    page.goto("/detections")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert asked[first:] == []
