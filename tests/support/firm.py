"""The pages of a firm, read as one: what is said of it anywhere, or nowhere."""

from tests.support.client import InspectingClient

#: after the path of a firm, its rooms
ROOMS = ("", "/echanges", "/donnees", "/identite")


def sheet(client: InspectingClient, path: str) -> str:
    """The text of every room of the firm at ``path`` (``/entreprises/<siren>``)."""
    return " ".join(client.page(f"{path}{room}").get_text(" ", strip=True) for room in ROOMS)
