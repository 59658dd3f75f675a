"""An accompagnement of which nothing was heard for sixty days says so, whoever writes, sees, does or decides something ends it."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from app.cases import services
from app.cases.models import SILENT_AFTER, Case, CaseState
from app.cases.queries import get_case
from app.core.database.unit_of_work import TransactionalFlask
from app.core.now import today
from app.deadlines.models import DeadlineState
from app.deadlines.queries import get_deadline
from app.deadlines.services import settle
from tests.factories.cases import close_case, open_case
from tests.factories.deadlines import plan
from tests.factories.network import system, working_as, write_comment
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

FIRM = "Forges fictives de Dijon"
FILTER = "/accompagnements?nouvelles=sans"
BADGE = f"Sans nouvelles depuis {SILENT_AFTER.days} jours"


def fall_silent(app: TransactionalFlask, *, days: int = SILENT_AFTER.days) -> None:
    """As the owner of the tables: nobody else rewrites that day."""
    url = app.config["VIGIE"].database_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as owner:
        owner.execute("select set_config('vigie.system', 'on', true)")
        owner.execute("update support_case set heard_on = %s", [today() - timedelta(days=days)])


def heard(case_id: int) -> bool:
    with system() as session:
        return session.get_one(Case, case_id).heard_on == today()


def listed(client: InspectingClient) -> list[str]:
    return [link.get_text() for link in client.page(FILTER).select("tbody th a")]


def test_it_is_filtered_said_on_its_page_and_counted_for_the_head_of_the_house(
    app: TransactionalFlask, world: World, client: InspectingClient
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.manager)
    fall_silent(app, days=SILENT_AFTER.days - 1)
    assert listed(client) == []
    assert "Sans nouvelles depuis" not in client.page(f"/accompagnements/{case_id}").get_text()
    fall_silent(app)
    assert listed(client) == [FIRM]
    assert BADGE in client.page("/accompagnements").select_one("tbody").get_text()  # type: ignore[union-attr]
    assert BADGE in client.page(f"/accompagnements/{case_id}").get_text()
    assert "1 accompagnement sans nouvelles depuis 60 jours" in client.page("/").get_text()
    close_case(world.alice, case_id)
    fall_silent(app)
    assert listed(client) == []


def comment(world: World, _case_id: int) -> None:
    write_comment(world.bob, world.siren_21, to="urssaf")


def visit(world: World, _case_id: int) -> None:
    log_visit(world.bob, world.siret_21, to="urssaf")


def done(world: World, case_id: int) -> None:
    number = plan(world.alice, world.siren_21, to="crp", case_id=case_id)
    with working_as(world.alice) as (session, who):
        settle(session, who, get_deadline(session, who, number), DeadlineState.DONE)


def state(world: World, case_id: int) -> None:
    with working_as(world.alice) as (session, who):
        case = get_case(session, who, case_id)
        services.change_state(session, who, case, state=CaseState.SOUS_SURVEILLANCE)


@pytest.mark.parametrize("act", [comment, visit, done, state])
def test_what_happens_of_it_or_of_its_firm_is_news(
    app: TransactionalFlask, world: World, act: Callable[[World, int], None]
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    fall_silent(app)
    assert not heard(case_id)
    act(world, case_id)
    assert heard(case_id)


def test_what_happens_of_another_firm_is_not_and_promising_is_not_doing(
    app: TransactionalFlask, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    fall_silent(app)
    write_comment(world.alice, world.siren_21_quiet, to="crp")
    plan(world.alice, world.siren_21, to="crp", case_id=case_id)
    assert not heard(case_id)
