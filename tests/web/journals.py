"""Opening pages as somebody, and reading the tables of those of the journal."""

from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as


def rows(client: InspectingClient, path: str) -> list[str]:
    """The rows of the first table of a page, each as a text."""
    page = client.page(path)
    return [" ".join(row.get_text(" ").split()) for row in page.select("table tbody tr")]


def read(client: InspectingClient, agent_id: int, *paths: str) -> None:
    """Somebody opens pages."""
    sign_in_as(client, agent_id)
    for path in paths:
        assert client.get(path).status_code in {200, 302, 303}, path
