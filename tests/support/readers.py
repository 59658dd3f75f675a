"""Several people at one browser, one after the other."""

from flask import g

from tests.support.client import InspectingClient


def sign_in_as(client: InspectingClient, agent_id: int) -> InspectingClient:
    """Open a session for somebody else."""
    sign_out(client)
    return client.sign_in(agent_id)


def sign_out(client: InspectingClient) -> None:
    """Leave the browser to nobody."""
    # The requests of a test share one application context, where libraries keep whom they found.
    for name in list(g):
        g.pop(name)
    with client.session_transaction() as cookie:
        cookie.clear()
