"""The two pages agents open most: queries and time, against a page without data."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from app.accounts.models import Agent, Method
from app.accounts.sessions import store
from app.accounts.sessions.store import Browser
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.detections.models import DetectionEntry
from app.extensions import db
from bench.measuring import percentiles, seconds

ROUNDS, WARM_UP = 100, 5


def table(app: TransactionalFlask, *, email: str) -> str:
    """Return Markdown: queries, p50 and p95 of each page as ``email``; the floor is the help page of the same run."""
    with app.app_context():
        key, siren = subject(email)
    client = signed_in(app, key)
    lines = ["| page | queries | p50 ms | p95 ms | ratio to the floor |", "|---|---|---|---|---|"]
    floor = 0.0
    for label, path in (
        ("`/aide`, no data (floor)", "/aide"),
        ("`/` home", "/"),
        ("`/detections` list", "/detections"),
        ("`/entreprises/<siren>` firm", f"/entreprises/{siren}"),
    ):
        with app.app_context(), _counted(db.engine) as statements:
            client.get(path)
        queries = len(statements)
        durations = [seconds(lambda path=path: get(client, path)) for _ in range(ROUNDS + WARM_UP)]  # type: ignore[misc]
        p50, p95 = percentiles(durations[WARM_UP:])
        floor = floor or p50
        lines.append(f"| {label} | {queries} | {p50:.1f} | {p95:.1f} | {p50 / floor:.1f} |")
    return "\n".join(lines)


def signed_in(app: TransactionalFlask, key: str) -> FlaskClient:
    """Return a client with the session of ``key``."""
    client = app.test_client()
    host = urlsplit(app.config["VIGIE"].public_url).hostname or "localhost"
    client.set_cookie("vigie", key, domain=host)
    return client


def get(client: FlaskClient, path: str) -> None:
    """Request a page; raise `RuntimeError` unless it is served."""
    response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path}: {response.status_code}")


def subject(email: str) -> tuple[str, str]:
    """Return the key of a session of the agent, and the first firm of the last list."""
    with unit_of_work(system_identity("Bench")) as session:
        agent = session.scalars(select(Agent).where(Agent.email == email)).one()
        entry = session.scalars(
            select(DetectionEntry.siren).order_by(
                DetectionEntry.list_id.desc(), DetectionEntry.rank
            )
        ).first()
        if entry is None:
            raise RuntimeError("no list is published")
        browser = Browser(address="127.0.0.1", user_agent="bench")
        key = store.insert(session, agent, method=Method.PASSKEY, browser=browser, data={})
        return key, entry


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
