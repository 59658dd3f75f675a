"""The context of each page of the portal, assembled from the panels of the domains."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases import panels as cases
from app.cases import queries as case_queries
from app.companies import presenters, queries
from app.companies.models import Company, Establishment
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE
from app.detections import panels as detections
from app.network import panels as network
from app.unlocks import panels as unlocks
from app.visits import panels as visits

#: number of accompagnements shown on the home page; the list has the others
MY_CASES = 5
#: establishments on the firm's page; their own has the others
PLACES_SHOWN = 10


def home(session: Session, identity: Identity, *, cursor: str | None) -> dict[str, Any]:
    """Return the context of the home page: alerts, the agent's accompagnements and feed."""
    return {
        **detections.new_alerts(session, identity),
        **network.feed(session, identity, cursor, size=network.NEWS_SHOWN),
        **network.follows(session, identity),
        "my_cases": case_queries.list_mine(session, identity, limit=MY_CASES),
    }


def counts_of_home(context: dict[str, Any]) -> dict[str, int]:
    """Return how many firms each part of the home page names, for the journal."""
    parts = {
        "alerts": "new_alerts",
        "news": "feed_lines",
        "follows": "follows",
        "cases": "my_cases",
    }
    return {name: len(context[part]) for name, part in parts.items()}


def company(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """Return the context of the firm's page."""
    places = establishments(session, identity, company, size=PLACES_SHOWN)
    # The head office comes first: visits are offered there; other establishments have their own page.
    rows = places["establishments"].rows
    head_office = rows[0] if rows else None
    panels = detections.of_firm(session, identity, company)
    return {
        **_data(session, identity, company, number=company.siren),
        **places,
        "procedures": queries.list_procedure_events(session, identity, company.siren),
        **{f"{name}_panel": context for name, context in panels.items()},
        **network.follow(session, identity, company),
        **network.comments(session, identity, company),
        **network.thread(session, identity, company, size=network.LAST_LINES),
        **cases.cases(session, identity, company),
        **visits.visits(session, identity, company, head_office),
    }


def establishments(
    session: Session, identity: Identity, company: Company, *,
    typed: str = "", cursor: str | None = None, size: int = PAGE_SIZE,
) -> dict[str, Any]:  # fmt: skip
    """Return what the panel of establishments needs: a page of them, those that ``typed`` keeps."""
    page = queries.list_establishments(
        session, identity, company.siren, typed=typed, cursor=cursor, size=size
    )
    return {"company": company, "establishments": page, "typed": typed}


def establishment(
    session: Session, identity: Identity, establishment: Establishment
) -> dict[str, Any]:
    """Return the context of the page of an establishment."""
    company = queries.get_company(session, identity, establishment.siren)
    return {
        **_data(session, identity, company, number=establishment.siret),
        "establishment": establishment,
        **cases.cases(session, identity, company),
        **visits.visits(session, identity, company, establishment),
    }


def _data(session: Session, identity: Identity, company: Company, *, number: str) -> dict[str, Any]:
    freshness = queries.find_freshness(session)
    rows = queries.list_series(session, identity, number)
    return {
        "company": company,
        "freshness": freshness,
        "series": presenters.series_table(identity, company, rows, freshness=freshness),
        "plans": queries.list_payment_plans(session, identity, number),
        **unlocks.why_seen(session, identity, company),
    }
