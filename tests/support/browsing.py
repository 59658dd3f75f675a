"""What people do in a browser before what a test is about."""

from playwright.sync_api import Page

from tests.support.readers import open_session


def enter(tab: Page, agent_id: int, path: str) -> Page:
    """Sign in as somebody and open a page."""
    tab.goto("/aide")
    tab.context.add_cookies([{"name": "vigie", "value": open_session(agent_id), "url": tab.url}])
    tab.goto(path)
    return tab
