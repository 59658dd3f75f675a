"""The context of the home page, assembled from the panels of the domains."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases import queries as case_queries
from app.companies.models import Company, Establishment
from app.companies.queries import find_head_office
from app.core.access.identity import Identity
from app.core.access.permissions import Permission, permits
from app.core.web.pages import menu
from app.detections import panels as detections
from app.network import panels as network
from app.portal.home import queries
from app.portal.home.models import Postponement
from app.portal.home.presenters import Done, cards, done_of
from app.portal.home.team import team
from app.portal.home.todo import ASKED_SHOWN, of_alerts, of_cases, of_firms, todo

#: number of accompagnements shown on the home page; the list has the others
MY_CASES = 5
#: alerts put aside that come back at once; the others follow as these are handled
BACK_SHOWN = 3


def home(
    session: Session, identity: Identity, *, cursor: str | None, done: str | None = None
) -> dict[str, Any]:
    """Return the context of the home page: alerts, the agent's accompagnements and feed; ``done``: the firm of the alert just handled."""
    new = alerts(session, identity, done=done)
    mine = case_queries.list_mine(session, identity, limit=MY_CASES)
    asked = queries.list_asked(session, identity, limit=ASKED_SHOWN)
    waiting = [
        *of_firms(asked),
        *of_alerts(new["untouched_count"]),
        *of_cases(mine),
        *todo(session, identity),
    ]
    return {
        **new,
        **team(session, identity, current=new["current_list"]),
        **network.feed(session, identity, cursor, size=network.NEWS_SHOWN),
        **network.follows(session, identity),
        "todo": waiting,
        "my_cases": mine,
    }


def alerts(session: Session, identity: Identity, *, done: str | None) -> dict[str, Any]:
    """For `_alerts.html`: those put aside that are back, then the new ones that nobody contacted and the reader has not handled."""
    back = queries.list_back(session, identity, limit=BACK_SHOWN)
    new = detections.new_alerts(
        session,
        identity,
        marks=(detections.UNTOUCHED, detections.UNANSWERED, queries.UNHANDLED),
        ahead=back,
    )
    rows = new.pop("rows")
    followed = queries.list_followed(session, identity, [row.siren for row in rows])
    return {
        **new,
        "cards": cards(identity, rows, back=back, followed=followed),
        "done": _done(session, identity, done),
        "postponements": Postponement.choices(),
    }


def desk(session: Session, identity: Identity) -> dict[str, Any]:
    """Return the context of the home page of whoever works on Vigie and not on firms: what waits for them, and their pages."""
    return {"todo": todo(session, identity), "own_pages": menu(identity)[1:]}


def counts_of_home(context: dict[str, Any]) -> dict[str, int]:
    """Return how many firms each part of the home page names, and how many texts it begins, for the journal."""
    parts = {"alerts": "cards", "news": "feed_lines", "follows": "follows", "cases": "my_cases"}
    named = {name: len(context[part]) for name, part in parts.items()}
    return {**named, "texts": context["feed_texts"]}


def place_to_contact(
    session: Session, identity: Identity, company: Company
) -> Establishment | None:
    """Return where the agent may log a contact with the firm: its head office first."""
    places = [
        find_head_office(session, identity, company.siren),
        *case_queries.list_openable(session, identity, company.siren),
    ]
    permitted = (
        place for place in places if place and permits(identity, Permission.VISIT_WRITE, place)
    )
    return next(permitted, None)


def _done(session: Session, identity: Identity, siren: str | None) -> Done | None:
    handled = queries.find_handled(session, identity, siren) if siren else None
    company = session.get(Company, siren) if handled else None
    return done_of(company, handled) if company and handled else None
