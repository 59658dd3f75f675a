"""The pages of a busy firm and of a busy agent are read by index, a page at a time, whoever asks; what they send is counted."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app.core.access.rows import acting_as
from app.core.database.keyset import COUNTED, PAGE_SIZE
from app.core.database.unit_of_work import TransactionalFlask
from app.detections.lists.exporting import EXPORT_LIMIT
from app.detections.lists.rows.branches import FEW
from app.detections.lists.rows.listing import ROWS_AT_ONCE
from app.extensions import db
from app.network.timeline import FEW_FIRMS
from tests.factories.busy import Busy
from tests.factories.network import system
from tests.factories.people import identity
from tests.support.client import QuietClient
from tests.support.plans import Plans, Step, asked_of, limit_as_a_page
from tests.support.readers import sign_in_as

#: read through by no page
LARGE = re.compile(
    r"(company|journal)(_\w+)?|establishment|payment_plan|procedure_event|comment|feed_event|follow|notification"
    r"|visit(_\w+)?|deadline|campaign_firm|firm_contact|support_case|case_(member|value|change|measure)|detection_(entry|place)|human_signal"
)
#: what a sort may take: a page of each place of a zone, or of each of two sources
ROWS = (PAGE_SIZE + 1) * FEW

#: page -> how many statements it may send besides who asks and the journal, and how many rows they may give in all
BUDGETS = {
    # Who answers for a team reads who left it, who is away and what is without news.
    "/": (24, 75),
    "/fil": (4, 70),
    "/suivis": (6, 27),
    # The bell has two sources, whose rows are told in one order, then read.
    "/notifications": (5, 60),
    "/notifications/compteur": (1, 1),
    # One statement gives the values that filter, of which there are some fifty, and one the colleagues.
    "/accompagnements": (6, 150),
    "/accompagnements?nouvelles=sans": (6, 150),
    "/accompagnements?departement=21": (6, 150),
    "/accompagnements?filiere=automobile": (6, 150),
    "/accompagnements?vue=tableau&departement=21": (11, 250),
    "/accompagnements?vue=calendrier": (4, 400),
    # Of which one each for the values that describe it, its measures, the people of the firm and the needs put to experts.
    "/accompagnements/{case}": (26, 100),
    "/accompagnements/{case}/historique": (6, 45),
    "/campagnes": (3, 20),
    "/campagnes/{campaign}": (4, 60),
    "/campagnes/{campaign}?etape=prises": (4, 60),
    "/campagnes/entreprises/{called}": (9, 40),
    "/echeances": (4, 28),
    "/echeances?anciennes=1": (3, 27),
    "/compte/acces": (2, 27),
    "/donnees": (6, 20),
    # Of which one for the list that was withdrawn, if one was.
    "/entreprises/{siren}": (24, 80),
    "/entreprises/{siren}/echanges": (35, 110),
    "/entreprises/{siren}/donnees": (26, 130),
    "/entreprises/{siren}/identite": (24, 95),
    "/entreprises/{siren}/commentaires": (10, 50),
    "/entreprises/{siren}/fil": (7, 90),
    "/entreprises/{siren}/visites": (4, 30),
    "/entreprises/{siren}/etablissements": (5, 35),
    "/entreprises/{siren}/etablissements?q=commune+77": (5, 35),
    "/etablissements/{siren}10001": (17, 90),
}


@pytest.fixture
def busy(fresh_database: dict[str, Any]) -> Busy:
    """A firm and an agent with too much of everything, in a country of 50 000 firms."""
    found: Busy = fresh_database["busy"]
    return found


@pytest.fixture
def browser(app: TransactionalFlask, busy: Busy) -> Iterator[QuietClient]:
    """A browser that only reads what it is sent."""
    former, app.test_client_class = app.test_client_class, QuietClient
    client = app.test_client()
    assert isinstance(client, QuietClient)
    yield client
    app.test_client_class = former


def test_pages_read_by_index_what_they_show(browser: QuietClient, busy: Busy) -> None:
    wrong, beyond = {}, {}
    with system() as session:
        first = "select min(id) from support_case where siren = :siren"
        case_id = session.scalar(text(first), {"siren": busy.size.siren})
        campaign_id = session.scalar(text("select max(id) from contact_campaign"))
        called = session.scalar(text("select max(id) from campaign_firm"))
    objects = {"case": case_id, "campaign": campaign_id, "called": called}
    for who, agent_id in busy.readers.items():
        sign_in_as(browser, agent_id)
        for page, budget in BUDGETS.items():
            address = page.format(siren=busy.size.siren, **objects)
            plans = read(browser, agent_id, address)
            wrong[f"{who}: {page}"] = [step for step in plans.steps if is_wrong(step)]
            sent = (plans.statements, sum(asked.rows for asked in plans.asked))
            beyond[f"{who}: {page}"] = sent if sent[0] > budget[0] or sent[1] > budget[1] else ()
    told = {
        **{p: w for p, w in wrong.items() if w},
        **{f"{p} sent": s for p, s in beyond.items() if s},
    }
    assert told == {}


def test_few_follows_are_read_firm_by_firm(browser: QuietClient, busy: Busy) -> None:
    """Whoever follows some hundred firms of a country does not look for them among all that happens there."""
    agent_id = busy.readers["département"]
    with system() as session:
        session.execute(
            text("insert into follow select :agent, siren, 'all', now() from company order by md5(siren) limit :few"),
            {"agent": agent_id, "few": FEW_FIRMS},
        )  # fmt: skip
    sign_in_as(browser, agent_id)
    plans = read(browser, agent_id, "/fil")
    assert plans.read_whole.isdisjoint({"feed_event", "company", "notification"})
    scanned = [step.rows + step.thrown for step in plans.steps if step.table == "feed_event"]
    assert scanned
    assert max(scanned) <= ROWS
    assert plans.largest_sort <= FEW_FIRMS * (PAGE_SIZE + 1)


def test_later_pages_are_read_as_the_first(browser: QuietClient, busy: Busy) -> None:
    agent_id = busy.readers["country"]
    sign_in_as(browser, agent_id)
    firm = f"/entreprises/{busy.size.siren}"
    addresses = {"/fil", "/suivis", "/notifications", "/compte/acces"}
    addresses |= {f"{firm}/{part}" for part in ("commentaires", "fil", "visites", "etablissements")}
    for address in addresses:
        seen: set[str] = set()
        turned = address
        for _ in range(3):
            page = browser.page(turned)
            keys = {str(found) for found in page.select("main li[id], main tbody tr")}
            assert keys
            # Lines of the journal have no number on their page: two of them may read the same.
            assert address == "/compte/acces" or keys.isdisjoint(seen), turned
            seen |= keys
            (following,) = {str(link["href"]) for link in page.select('main a[href*="suite="]')}
            plans = read(browser, agent_id, following)
            assert [step for step in plans.steps if is_wrong(step)] == [], following
            turned = following


def test_an_export_never_holds_all_of_its_rows(browser: QuietClient, busy: Busy) -> None:
    agent_id = busy.readers["country"]
    sign_in_as(browser, agent_id)
    address = f"/detections/{busy.list_id}/export.xlsx"
    with asked_of(db.engine) as plans:
        answer = browser.get(address)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
        lines = book.read("xl/worksheets/sheet2.xml").count(b"<row ")
    assert lines == EXPORT_LIMIT + 2
    assert max(asked.rows for asked in plans.asked) <= ROWS_AT_ONCE + 1
    assert plans.statements <= 8 + 3 * EXPORT_LIMIT / ROWS_AT_ONCE


def test_what_stands_for_more_is_counted_as_far_as_a_thousand(
    browser: QuietClient, busy: Busy
) -> None:
    sign_in_as(browser, busy.readers["country"])
    firm = f"/entreprises/{busy.size.siren}"
    for address in (
        "/suivis",
        "/notifications",
        "/compte/acces",
        f"{firm}/etablissements",
        f"{firm}/echanges",
    ):
        said = " ".join(browser.page(address).get_text().split()).replace("\u202f", " ")
        assert "lus de 1 000 " in said, address
    bell = browser.get("/notifications/compteur").get_data(as_text=True)
    assert "99+" in bell


def read(browser: QuietClient, agent_id: int, address: str) -> Plans:
    """Open a page, and explain what it asked under the rights of its reader."""
    with asked_of(db.engine) as plans:
        answer = browser.get(address)
    assert answer.status_code == 200, address
    explain(plans, agent_id)
    return plans


def explain(plans: Plans, agent_id: int) -> None:
    """Note the steps of what was asked, as a page of this agent."""
    session = db.session()
    who = identity(session, agent_id)
    session.rollback()
    with acting_as(who):
        connection = session.connection()
        limit_as_a_page(connection)
        plans.explain(connection)
        session.rollback()


def is_wrong(step: Step) -> bool:
    """Whether a page may not do this."""
    if step.kind.endswith("Seq Scan"):
        # A table of few rows is read through by whoever looks for one of them; a count stops before the end.
        return bool(LARGE.fullmatch(step.table)) and step.rows + step.thrown > COUNTED + 1
    if "Sort" in step.kind:
        return step.rows > ROWS
    return step.kind == "Aggregate" and step.rows > COUNTED + 1
