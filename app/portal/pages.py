"""The context of the home page, assembled from the panels of the domains."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases import queries as case_queries
from app.core.access.identity import Identity
from app.core.web.pages import menu
from app.detections import panels as detections
from app.network import panels as network
from app.portal.todo import of_alerts, of_cases, todo

#: number of accompagnements shown on the home page; the list has the others
MY_CASES = 5


def home(session: Session, identity: Identity, *, cursor: str | None) -> dict[str, Any]:
    """Return the context of the home page: alerts, the agent's accompagnements and feed."""
    alerts = detections.new_alerts(session, identity)
    mine = case_queries.list_mine(session, identity, limit=MY_CASES)
    waiting = [*of_alerts(alerts["untouched_count"]), *of_cases(mine), *todo(session, identity)]
    return {
        **alerts,
        **network.feed(session, identity, cursor, size=network.NEWS_SHOWN),
        **network.follows(session, identity),
        "todo": waiting,
        "my_cases": mine,
    }


def desk(session: Session, identity: Identity) -> dict[str, Any]:
    """Return the context of the home page of whoever works on Vigie and not on firms: what waits for them, and their pages."""
    return {"todo": todo(session, identity), "own_pages": menu(identity)[1:]}


def counts_of_home(context: dict[str, Any]) -> dict[str, int]:
    """Return how many firms each part of the home page names, and how many texts it begins, for the journal."""
    parts = {
        "alerts": "new_alerts",
        "news": "feed_lines",
        "follows": "follows",
        "cases": "my_cases",
    }
    named = {name: len(context[part]) for name, part in parts.items()}
    return {**named, "texts": context["feed_texts"]}
