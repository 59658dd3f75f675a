"""Several people at one browser, one after the other."""

from typing import TypeVar

from flask import g, has_app_context
from flask.testing import FlaskClient

from app.accounts.models import Agent, Method
from app.accounts.sessions import store
from app.accounts.sessions.cookie import SESSIONS
from app.accounts.sessions.store import Browser
from app.core.database.unit_of_work import apart

Client = TypeVar("Client", bound=FlaskClient)

BROWSER = Browser(address="127.0.0.1", user_agent="tests")


def open_session(agent_id: int, method: Method = Method.PASSPHRASE_TOTP) -> str:
    """The key of a new session, for the cookie of a browser."""
    with apart(SESSIONS) as session:
        agent = session.get_one(Agent, agent_id)
        return store.insert(session, agent, method=method, browser=BROWSER, data={})


def sign_in_as(client: Client, agent_id: int, method: Method = Method.PASSPHRASE_TOTP) -> Client:
    """Open a session for somebody else."""
    sign_out(client)
    client.set_cookie("vigie", open_session(agent_id, method))
    return client


def sign_out(client: FlaskClient) -> None:
    """Leave the browser to nobody."""
    forget_request()
    client.delete_cookie("vigie")


def forget_request() -> None:
    """The requests of a test share one application context, where libraries keep what they found."""
    if has_app_context():
        for name in list(g):
            g.pop(name)
