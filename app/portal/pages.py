"""The context of each page of the portal, assembled from the panels of the domains."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases import panels as cases
from app.cases import queries as case_queries
from app.companies import presenters, queries
from app.companies.models import Company, Establishment
from app.core.access.identity import Identity
from app.detections import panels as detections
from app.network import panels as network
from app.unlocks import panels as unlocks
from app.visits import panels as visits

#: number of accompagnements shown on the home page; the list has the others
MY_CASES = 5


def home(session: Session, identity: Identity, *, cursor: str | None) -> dict[str, Any]:
    """Return the context of the home page: alerts, the agent's accompagnements and feed."""
    mine = case_queries.CaseFilter(whose="mine")
    page = case_queries.page_of_cases(session, identity, mine, cursor=None)
    return {
        **detections.new_alerts(session, identity),
        **network.feed(session, identity, cursor),
        **network.follows(session, identity),
        "my_cases": [row for row in page.rows if row[0].is_open][:MY_CASES],
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


def company(
    session: Session, identity: Identity, company: Company, *, page: str | None
) -> dict[str, Any]:
    """Return the context of the firm's page."""
    establishments = queries.list_establishments(session, identity, company.siren, cursor=page)
    # The head office comes first: visits are offered there; other establishments have their own page.
    head_office = establishments.rows[0] if establishments.rows and page is None else None
    panels = detections.of_firm(session, identity, company)
    return {
        **_data(session, identity, company, number=company.siren),
        "establishments": establishments,
        "procedures": queries.list_procedure_events(session, identity, company.siren),
        **{f"{name}_panel": context for name, context in panels.items()},
        **network.follow(session, identity, company),
        **network.comments(session, identity, company),
        **network.thread(session, identity, company),
        **cases.cases(session, identity, company),
        **visits.visits(session, identity, company, head_office),
    }


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
