"""The draw: said on the lists and on the firm to whoever reads the alert, paused by managers, left aside with a reason."""

import pytest
from sqlalchemy import select, text

from app.core.journal import Event
from app.detections.exploration import queries
from app.detections.exploration.models import DrawOverride
from app.detections.lists.queries import find_current_list
from app.detections.models import DRAWN, DetectionEntry
from app.habilitations.models import Habilitation
from tests.factories.detections import Alerted, entry_of, names_on, publish_list
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

FIRM, OTHER = "Forges fictives de Dijon", "Menuiserie discrète"
SAID = {"reason": "autre_avant", "comment": "La scierie ferme vendredi."}


@pytest.fixture
def drawn(world: World) -> int:
    """A list of two firms of Côte-d’Or, the first one drawn; its entry."""
    with system() as session:
        publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", arm=DRAWN, p_select=0.1),
            Alerted(siren=world.siren_21_quiet, department="21", rank=2),
        )
    return entry_of(world.siren_21)


def counts(agent_id: int) -> tuple[int, int, int, int, int]:
    """What the page of the draw counts in Côte-d’Or: drawn, contacted, left aside, to visit, others contacted."""
    with working_as(agent_id) as (session, who):
        current = find_current_list(session)
        assert current is not None
        (here,) = queries.list_drawn(session, who, current)
        return here.drawn, here.contacted, here.aside, here.waiting, here.others


def test_a_drawn_firm_is_marked_found_by_a_filter_and_explained(
    world: World, drawn: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    marked = client.page("/detections?tout=1").select(
        '#resultats tbody tr:has(a[href="/detections/tirage"])'
    )
    assert [row.select_one("th a").get_text() for row in marked] == [FIRM]
    assert names_on(client, "/detections?tirage=tiree") == [FIRM]
    assert len(names_on(client, "/detections?tout=1")) == 2
    told = (
        client.page(f"/entreprises/{world.siren_21}")
        .select_one("#tirage")
        .get_text(" ", strip=True)
    )
    assert "Ni son niveau ni son rang n’en dépendent" in told
    assert client.page(f"/entreprises/{world.siren_21_quiet}").select("#tirage") == []
    assert "la prochaine liste" not in client.page("/detections/tirage").get_text()


def test_whoever_does_not_hold_the_score_learns_nothing_of_the_draw(
    world: World, drawn: int, client: InspectingClient
) -> None:
    with system() as session:
        right = session.scalars(
            select(Habilitation).where(Habilitation.agent_id == world.alice)
        ).one()
        session.execute(
            text("update habilitation set natures = '{urssaf}' where id = :id"), {"id": right.id}
        )
    sign_in_as(client, world.alice)
    assert client.page(f"/entreprises/{world.siren_21}").select("#tirage") == []
    listed = client.page("/detections?tirage=tiree")
    assert "Filtre « Tirage au sort » ignoré : non habilité" in listed.get_text()
    assert listed.select('#resultats a[href="/detections/tirage"]') == []
    assert client.page("/detections/tirage").select("table") == []
    assert client.get(f"/detections/tirage/ecarts/{drawn}").status_code == 404


def test_an_agent_leaves_a_drawn_firm_aside_says_why_and_takes_it_back(
    world: World, drawn: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    at = f"/detections/tirage/ecarts/{drawn}"
    assert counts(world.manager) == (1, 0, 0, 1, 0)
    refused = client.submit(at, {"reason": "autre", "comment": ""})
    assert refused.status_code == 422
    assert "Dites laquelle" in refused.get_data(as_text=True)
    assert client.submit(at, SAID).status_code == 303
    lines = journaled(Event.DRAW_OVERRIDDEN)
    assert [line.details["why"] for line in lines] == ["autre_avant"]
    assert "scierie" not in str([line.details for line in lines])
    assert counts(world.manager) == (1, 0, 1, 0, 0)
    colleague = sign_in_as(client, world.bob).page(f"/entreprises/{world.siren_21}")
    assert SAID["comment"] in colleague.select_one("#tirage").get_text()
    # What chance did is never rewritten, and nothing was kept from being visited.
    with system() as session:
        entry = session.get_one(DetectionEntry, drawn)
        assert (entry.arm, entry.p_select) == (DRAWN, 0.1)
    sign_in_as(client, world.alice)
    assert client.submit(f"{at}/retrait", {}, page="/compte").status_code == 303
    assert counts(world.manager) == (1, 0, 0, 1, 0)
    log_visit(world.alice, world.siret_21_quiet, to="crp", body="")
    log_visit(world.alice, world.siret_21, to="crp", body="")
    assert counts(world.manager) == (1, 1, 0, 0, 1)


def test_a_firm_that_was_not_drawn_is_left_aside_without_a_word(
    world: World, drawn: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    answer = client.submit(f"/detections/tirage/ecarts/{entry_of(world.siren_21_quiet)}", SAID)
    assert answer.status_code == 422
    assert "n’est pas tirée au sort" in answer.get_data(as_text=True)
    with system() as session:
        assert session.scalars(select(DrawOverride)).all() == []


def test_a_manager_pauses_the_draw_of_the_lists_to_come_and_says_why(
    world: World, drawn: int, client: InspectingClient
) -> None:
    why = "Deux agents sont absents ce trimestre."
    sign_in_as(client, world.alice)
    assert client.get("/detections/tirage/21").status_code == 403
    sign_in_as(client, world.manager)
    assert client.get("/detections/tirage/75").status_code == 403
    assert client.get("/detections/tirage/21x").status_code == 404
    form = {"is_on": "non", "motive": why}
    assert client.submit("/detections/tirage/21", form | {"motive": "non"}).status_code == 422
    assert client.submit("/detections/tirage/21", form).status_code == 303
    lines = journaled(Event.EXPLORATION_DECIDED)
    assert [(line.details["department"], line.details["exploration"]) for line in lines] == [("21", False)]  # fmt: skip
    assert "déjà arrêté" in client.submit("/detections/tirage/21", form).get_data(as_text=True)
    for reader in (world.alice, world.manager):
        page = sign_in_as(client, reader).page("/detections/tirage").get_text(" ", strip=True)
        assert why in page
        # The list in force stays as it was drawn.
        assert "Avec tirage" in page
        assert counts(reader)[0] == 1
    with system() as session:
        assert queries.list_paused(session) == {"21"}


def test_a_list_drawn_without_exploration_says_so_where_it_is_read(
    world: World, client: InspectingClient
) -> None:
    with system() as session:
        made = publish_list(session, Alerted(siren=world.siren_21, department="21"))
        made.parameters = {**made.parameters, "draw": {"paused": ["21", "75"]}}
    sign_in_as(client, world.alice)
    said = "Sans tirage au sort dans cette liste, par choix d’un responsable : 21."
    assert said in client.page("/detections?tout=1").get_text()
    assert "Sans tirage" in client.page("/detections/tirage").get_text()


def test_nobody_but_the_system_touches_what_chance_did(world: World, drawn: int) -> None:
    with working_as(world.alice) as (session, _who):
        for statement in (
            "update detection_entry set p_select = 1, arm = 'algorithm'",
            "update detection_place set is_drawn = false",
        ):
            assert session.execute(text(statement)).rowcount == 0  # type: ignore[attr-defined]
