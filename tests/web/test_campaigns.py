"""Campaigns of first contact: each firm is called once, by somebody who was told who else is in touch with it."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from app.campaigns.contacts import services as contacts
from app.campaigns.contacts.services import InTouchError
from app.campaigns.models import CampaignFirm, ContactCampaign, FirmContact, FirmStage
from app.campaigns.queries import get_firm
from app.core.access.identity import Nature
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import today
from app.deadlines.models import Deadline
from app.habilitations.models import Habilitation
from app.labels.models import Label
from app.visits.models import ContactResult, Verdict, Visit
from app.watching.lists import services as company_lists
from tests.factories.campaigns import campaign, fill, row_of, take
from tests.factories.cases import open_case
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

FIRM, QUIET = "Forges fictives de Dijon", "Tissages paisibles de Beaune"
SOON = (today() + timedelta(days=60)).isoformat()


def make(client: InspectingClient, **said: object) -> str:
    """Make a campaign as its page does; its address."""
    asked = {
        "label": "Printemps", "network_id": network_id("crp"), "department": "21", "source": "", "nature": "score",
        "ends_on": SOON, "letter": "Bonjour {entreprise}, {agent}", **said,
    }  # fmt: skip
    answer = client.submit("/campagnes/nouvelle", asked)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def text_of(client: InspectingClient, path: str) -> str:
    return client.page(path).select_one("main").get_text(" ", strip=True)


def stage_of(campaign_id: int, siren: str) -> FirmStage:
    with system() as session:
        of_firm = (CampaignFirm.campaign_id == campaign_id, CampaignFirm.siren == siren)
        return session.scalars(select(CampaignFirm.stage).where(*of_firm)).one()


def result(world: World, **said: object) -> Mapping[str, object]:
    """What is typed of a contact: the firm has a need, told by telephone today."""
    return {
        "ending": "besoin", "channel": "telephone", "visited_on": today().isoformat(), "siret": world.siret_21,
        "network_id": network_id("codefi"), "body": "Elle cherche un médiateur", **said,
    }  # fmt: skip


def test_a_firm_is_taken_called_and_settled_without_typing_anything_twice(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    page = make(client)
    added = client.submit(
        f"{page}/ajout", {"sirens": f"{world.siren_21} {world.siren_21_quiet}"}, page=page
    )
    assert added.status_code == 303
    assert "2 entreprises dans la campagne" in text_of(client, page)
    number = int(page.rpartition("/")[2])
    firm = f"/campagnes/entreprises/{row_of(number, world.siren_21)}"
    assert client.submit(f"{firm}/prise", {}, page=page).location == firm
    shown = client.page(firm)
    assert f"Bonjour {FIRM}, Alice" in shown.select_one("textarea").get_text()
    assert "dites ce que votre contact" in text_of(client, "/")
    settle = shown.select_one("main a.fr-btn")["href"]
    answer = client.submit(
        settle, {**result(world), "next_step": "La rappeler", "next_step_on": SOON}
    )
    # The next gesture is offered at once.
    assert answer.location == f"/etablissements/{world.siret_21}/accompagnement"
    with system() as session:
        visit = session.scalars(select(Visit)).one()
        assert (visit.contact_result, visit.verdict) == (
            ContactResult.REPONDU,
            Verdict.CONFIRMEE,
        )
        assert session.scalars(select(Label.value)).one() == "confirmee"
        assert session.scalars(select(Deadline.what)).one() == "La rappeler"
        assert session.scalars(select(FirmContact.visit_id)).one() == visit.id
    assert stage_of(number, world.siren_21) is FirmStage.SETTLED
    done = text_of(client, f"{page}?etape=faites")
    assert "Besoin d’un appui, Alice" in done
    assert "100 % 1 sur 1 contact" in done.replace("\u00a0", " ")
    assert client.get(settle).status_code == 403
    assert [line.details["ending"] for line in journaled(Event.CONTACT_ENDED)] == ["besoin"]


def test_another_administration_is_told_before_it_calls(
    world: World, client: InspectingClient
) -> None:
    theirs = campaign(world.alice)
    fill(world.alice, theirs, [world.siren_21])
    take(world.alice, theirs, world.siren_21)
    mine = campaign(world.bob, to="urssaf", label="Urssaf")
    fill(world.bob, mine, [world.siren_21, world.siren_21_quiet])
    sign_in_as(client, world.bob)
    page = f"/campagnes/{mine}"
    firm = f"/campagnes/entreprises/{row_of(mine, world.siren_21)}"
    refused = client.submit(f"{firm}/prise", {}, page=page)
    assert refused.status_code == 422
    said = parsed(refused.text).select_one("main").get_text(" ", strip=True)
    assert "Alice Fictif, Direccte (Dreets), a pris contact le" in said.replace("\u00a0", " ")
    assert "Premiers contacts" not in said, "the campaign of another network is not named"
    assert stage_of(mine, world.siren_21) is FirmStage.TO_CONTACT
    # Told, he decides.
    told = client.page(firm).select_one("input[name=told]")["value"]
    assert client.submit(f"{firm}/prise", {"told": told}, page=firm).status_code == 303
    assert stage_of(mine, world.siren_21) is FirmStage.TAKEN
    # On the page of the firm, each reads who calls it.
    sign_in_as(client, world.carol)
    assert "a pris contact le" in text_of(client, f"/entreprises/{world.siren_21}")
    assert "Bob Fictif, Urssaf, a pris contact" in text_of(
        client, f"/entreprises/{world.siren_21}/echanges"
    )
    open_case(world.carol, world.siret_21)
    said = text_of(client, f"/entreprises/{world.siren_21}")
    assert "Accompagnement ouvert depuis le" in said
    assert "a pris contact le" in said


@pytest.mark.parametrize("who", ["visited", "supported"])
def test_what_was_told_is_told_anew_when_it_changed(world: World, who: str) -> None:
    """A token says what its agent read: a visit or an accompagnement of the meantime is told too."""
    mine = campaign(world.bob, to="urssaf")
    fill(world.bob, mine, [world.siren_21])
    if who == "visited":
        log_visit(world.alice, world.siret_21, to="crp")
    else:
        open_case(world.alice, world.siret_21)
    with pytest.raises(InTouchError):
        take(world.bob, mine, world.siren_21, told="ce qu’il y avait hier")


def test_one_agent_takes_a_firm_and_the_next_one_is_told(world: World) -> None:
    number = campaign(world.alice)
    fill(world.alice, number, [world.siren_21])
    take(world.alice, number, world.siren_21)
    with pytest.raises(DomainError, match="Un autre agent a pris ce contact"):
        take(world.carol, number, world.siren_21)


def test_a_contact_is_put_off_given_back_and_comes_again(
    world: World, client: InspectingClient
) -> None:
    number = campaign(world.alice)
    fill(world.alice, number, [world.siren_21, world.siren_21_quiet])
    taken = take(world.alice, number, world.siren_21)
    sign_in_as(client, world.alice)
    back = client.submit(f"/campagnes/contacts/{taken}/retour", {"reason": "indisponible"})
    assert back.status_code == 303
    assert stage_of(number, world.siren_21) is FirmStage.TO_CONTACT
    assert "a pris contact le" in text_of(client, f"/entreprises/{world.siren_21}/echanges")
    for siren, delay, stage in (
        (world.siren_21, "delai_6mois", FirmStage.PUT_OFF),
        (world.siren_21_quiet, "definitif", FirmStage.LEFT_OUT),
    ):
        firm = f"/campagnes/entreprises/{row_of(number, siren)}"
        assert client.submit(f"{firm}/report", {}).status_code == 422
        assert client.submit(f"{firm}/report", {"delay": delay}).status_code == 303
        assert stage_of(number, siren) is stage
    assert FIRM not in text_of(client, f"/campagnes/{number}")
    away = text_of(client, f"/campagnes/{number}?etape=reportees")
    assert FIRM in away
    assert QUIET in away
    with system() as session:
        put_off = CampaignFirm.stage == FirmStage.PUT_OFF
        session.execute(update(CampaignFirm).where(put_off).values(back_on=today()))
    assert "Revient d’un report" in text_of(client, f"/campagnes/{number}")


def test_a_campaign_begins_with_a_list_and_the_next_one_with_what_is_left(
    world: World, client: InspectingClient
) -> None:
    with working_as(world.alice) as (session, who):
        known = company_lists.create(session, who, company_lists.ListRequest(label="À voir"))
        company_lists.fill(session, who, known, [world.siren_21, world.siren_21_quiet])
        source = f"liste:{known.id}"
    open_case(world.alice, world.siret_21_quiet)
    sign_in_as(client, world.alice)
    page = make(client, source=source)
    said = text_of(client, page)
    assert "1 entreprise dans la campagne" in said
    assert "Déjà accompagnées, non ajoutées : 1" in said
    number = int(page.rpartition("/")[2])
    contact = take(world.alice, number, world.siren_21)
    following = int(make(client, label="Été", source=f"campagne:{number}").rpartition("/")[2])
    # Whoever is calling it goes on: what they say is said in both.
    assert stage_of(following, world.siren_21) is FirmStage.TAKEN
    sent = result(world, ending="injoignable")
    assert client.submit(f"/campagnes/contacts/{contact}/resultat", dict(sent)).status_code == 303
    assert {stage_of(each, world.siren_21) for each in (number, following)} == {FirmStage.SETTLED}


def test_what_may_not_be_asked_is_refused_and_what_was_typed_stays(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    good = {
        "label": "Printemps", "network_id": network_id("crp"), "department": "21", "source": "", "nature": "score",
        "ends_on": SOON, "letter": "Madame",
    }  # fmt: skip
    for wrong, sentence in (
        ({"network_id": network_id("urssaf")}, "Choisissez un de vos réseaux"),
        ({"department": "75"}, "Choisissez un territoire de votre zone"),
        ({"ends_on": "2020-01-01"}, "se termine un jour à venir"),
        ({"letter": "Bonjour {alerte}"}, "{alerte} n’est pas un mot que Vigie remplace"),
        ({"label": ""}, "Donnez un nom"),
        ({"source": "liste:999"}, "Cette source n’est plus la vôtre"),
    ):
        answer = client.submit("/campagnes/nouvelle", {**good, **wrong})
        body = answer.get_data(as_text=True)
        assert answer.status_code == 422, wrong
        assert sentence in body
        assert ("Bonjour {alerte}" if "letter" in wrong else "Madame") in body
    with system() as session:
        assert session.scalars(select(ContactCampaign)).all() == []


def test_being_in_a_campaign_drawn_from_alerts_is_read_with_the_score_alone(
    world: World, client: InspectingClient
) -> None:
    number = campaign(world.alice, to="codefi")
    fill(world.alice, number, [world.siren_21])
    sign_in_as(client, world.bob)
    assert FIRM in text_of(client, f"/campagnes/{number}")
    with system() as session:
        his = Habilitation.agent_id == world.bob
        session.execute(update(Habilitation).where(his).values(natures=[Nature.URSSAF.value]))
    sign_in_as(client, world.bob)
    said = text_of(client, f"/campagnes/{number}")
    assert FIRM not in said
    assert "Aucune entreprise à cette étape" in said
    assert client.get(f"/campagnes/entreprises/{row_of(number, world.siren_21)}").status_code == 404


def test_owner_colleague_stranger_and_anonymous(world: World, client: InspectingClient) -> None:
    number = campaign(world.alice)
    fill(world.alice, number, [world.siren_21])
    contact = take(world.alice, number, world.siren_21)
    row = row_of(number, world.siren_21)
    paths = {
        f"/campagnes/{number}": (200, 200, 404, 404),
        f"/campagnes/{number}/reglages": (200, 403, 404, 404),
        f"/campagnes/{number}/export.xlsx": (200, 200, 404, 404),
        f"/campagnes/entreprises/{row}": (200, 200, 404, 404),
        f"/campagnes/entreprises/{row}/report": (200, 200, 404, 404),
        f"/campagnes/contacts/{contact}/resultat": (200, 403, 404, 404),
        f"/campagnes/contacts/{contact}/retour": (200, 403, 404, 404),
    }
    people = (world.alice, world.carol, world.bob, world.stranger)
    for path, answers in paths.items():
        for person, status in zip(people, answers, strict=True):
            sign_in_as(client, person)
            assert client.get(path).status_code == status, (path, person)
    (line,) = journaled(Event.CAMPAIGN_EXPORTED)[:1]
    assert line.details["natures"] == ["score"]
    client.delete_cookie("vigie")
    for path in paths:
        assert client.get(path).status_code == 401


def _write(agent_id: int, row: FirmContact) -> None:
    with working_as(agent_id) as (session, _):
        session.add(row)


def test_only_its_taker_says_what_a_contact_gave_whatever_the_code_asks(world: World) -> None:
    number = campaign(world.alice)
    fill(world.alice, number, [world.siren_21])
    contact = take(world.alice, number, world.siren_21)
    for sneak in (world.carol, world.bob):
        with working_as(sneak) as (session, _):
            ended = update(FirmContact).where(FirmContact.id == contact)
            done = session.execute(ended.values(ending="refus", ended_at=today()))
            assert done.rowcount == 0
    forged = FirmContact(
        siren=world.siren_21, departments=["21"], campaign_id=number, agent_id=world.bob
    )
    with pytest.raises(ProgrammingError):
        _write(world.bob, forged)


def test_a_closed_campaign_takes_nobody_and_settles_what_was_taken(
    world: World, client: InspectingClient
) -> None:
    number = campaign(world.alice)
    fill(world.alice, number, [world.siren_21, world.siren_21_quiet])
    contact = take(world.alice, number, world.siren_21)
    sign_in_as(client, world.alice)
    page = f"/campagnes/{number}/reglages"
    assert client.submit(f"/campagnes/{number}/cloture", {}, page=page).status_code == 303
    with pytest.raises(DomainError, match="terminée"):
        take(world.alice, number, world.siren_21_quiet)
    row = row_of(number, world.siren_21_quiet)
    with working_as(world.alice) as (session, who):
        waiting = get_firm(session, who, row)
        with pytest.raises(DomainError, match="terminée"):
            contacts.put_off(session, who, waiting, delay=contacts.Delay.SIX_MONTHS)
    sent = client.submit(f"/campagnes/contacts/{contact}/resultat", dict(result(world)))
    assert sent.status_code == 303


def test_firms_come_in_the_order_of_what_they_are_taken_from(
    world: World, client: InspectingClient
) -> None:
    """A view begins with the firms most at risk: so does its campaign."""
    number = campaign(world.alice)
    fill(world.alice, number, [world.siren_21_quiet, world.siren_21])
    sign_in_as(client, world.alice)
    names = [link.get_text() for link in client.page(f"/campagnes/{number}").select("tbody th a")]
    assert names == [QUIET, FIRM]


def test_what_it_takes_to_know_a_source_it_takes_to_know_its_campaign(
    world: World, client: InspectingClient
) -> None:
    """Or a list drawn from alerts, or a former campaign, would be told to those who do not hold the score."""
    with working_as(world.alice) as (session, who):
        asked = company_lists.ListRequest(label="Des alertes", nature=Nature.SCORE)
        known = company_lists.create(session, who, asked)
        company_lists.fill(session, who, known, [world.siren_21])
        source = f"liste:{known.id}"
    former = f"campagne:{campaign(world.alice)}"
    sign_in_as(client, world.alice)
    for each in (source, former):
        asked = {
            "label": "Printemps", "network_id": network_id("crp"), "department": "21", "source": each, "nature": "",
            "ends_on": SOON,
        }  # fmt: skip
        refused = client.submit("/campagnes/nouvelle", asked)
        assert refused.status_code == 422, each
        assert "choisissez cette nature" in refused.text
