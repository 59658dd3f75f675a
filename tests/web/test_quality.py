"""The pages of the orientation's quality: the team checks what comes in, each reads the figures of what is theirs, Monday's e-mail."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core.journal import Event
from app.core.now import at, today, utcnow
from app.messages.models import Email
from app.referrals.directory.models import Antenne, AntenneManager, Expert
from app.referrals.needs.models import CheckVerdict, Solicitation
from app.referrals.quality.institutions.quarters import quarter_of
from app.referrals.quality.models import AntenneSilence, SolicitationDecision
from app.referrals.quality.weekly import jobs, services
from tests.factories import quality
from tests.factories.needs import PutNeed, put_need
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as
from tests.support.statements import wire

FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "ROLLBACK", "RELEASE", "select clock_timestamp()")
QUEUE, FIGURES = "/orientations/controle", "/orientations/qualite"


@pytest.fixture
def put(world: World) -> PutNeed:
    made = put_need(world)
    keep(made.antenne_id, world.bob)
    return made


def keep(antenne_id: int, agent_id: int) -> None:
    """Somebody keeps an antenne."""
    with system() as session:
        session.add(AntenneManager(antenne_id=antenne_id, agent_id=agent_id))


def verdict_of(number: int) -> CheckVerdict:
    with system() as session:
        return session.get_one(Solicitation, number).verdict


def test_the_team_reads_a_letter_then_sets_a_solicitation_aside_and_undoes_it(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    sign_in_as(client, world.team)
    page = f"{QUEUE}/{put.solicitation_id}"
    assert "Forges fictives de Dijon" in client.page(QUEUE).get_text()
    assert "maison France services" in client.page(page).get_text()
    silent = client.submit(page, {"verdict": "particulier", "reason": "", "letter": "particulier"}, page=page)  # fmt: skip
    assert silent.status_code == 422
    assert "Dites pourquoi" in silent.text
    said = {
        "verdict": "particulier",
        "reason": "Une personne sans entreprise",
        "letter": "particulier",
    }
    assert client.submit(page, said, page=page).status_code == 303
    assert verdict_of(put.solicitation_id) is CheckVerdict.PRIVATE
    assert "Une personne sans entreprise" in client.page(QUEUE).get_text()
    with system() as session:
        number = session.scalars(select(SolicitationDecision.id)).one()
    client.submit(f"{QUEUE}/decisions/{number}/annulation", {}, page=QUEUE)
    assert verdict_of(put.solicitation_id) is CheckVerdict.TO_CHECK
    assert journaled(Event.SOLICITATION_CHECKED)
    assert journaled(Event.SOLICITATION_CHECK_UNDONE)


def test_several_are_right_at_once(client: InspectingClient, world: World, put: PutNeed) -> None:
    sign_in_as(client, world.team)
    client.submit(QUEUE, {}, page=QUEUE)
    assert "Cochez au moins une demande" in client.page(QUEUE).get_text()
    client.submit(QUEUE, {"asked": [str(put.solicitation_id), "99999999999", "x"]}, page=QUEUE)
    assert verdict_of(put.solicitation_id) is CheckVerdict.RIGHT
    assert "Rien à contrôler" in client.page(QUEUE).get_text()
    assert journaled(Event.SOLICITATION_CHECKED)


def test_nobody_else_opens_the_queue(client: InspectingClient, world: World, put: PutNeed) -> None:
    for agent_id in (world.alice, world.bob, world.manager, world.admin, world.adviser):
        sign_in_as(client, agent_id)
        assert client.get(QUEUE).status_code == 403
        assert client.get(f"{QUEUE}/{put.solicitation_id}").status_code == 403


def test_each_reads_the_figures_of_what_is_theirs(client: InspectingClient, world: World) -> None:
    experts = quality.draw(world, seed=7, count=60)
    with system() as session:
        keep_id = session.get_one(Expert, experts[0]).antenne_id
    keep(keep_id, world.bob)
    leads = {
        world.team: "partout",
        world.manager: "de votre zone",
        world.bob: "adressés à vos antennes",
    }
    for agent_id, lead in leads.items():
        sign_in_as(client, agent_id)
        page = client.page(f"{FIGURES}?since=2020-01-01").get_text(" ", strip=True)
        assert lead in page
        assert "Pris en charge en 3 jours ouvrés" in page
        assert "Institut dessiné" in page
        assert ("Réseau dessiné" in page) == (agent_id != world.bob)
    for agent_id in (world.carol, world.adviser, world.admin):
        sign_in_as(client, agent_id)
        answer = client.get(FIGURES)
        assert "Institut dessiné" not in answer.text
        assert answer.status_code == (200 if agent_id == world.carol else 403)
    sign_in_as(client, world.team)
    backwards = client.get(f"{FIGURES}?since=2026-02-01&until=2026-01-01")
    assert backwards.status_code == 422
    assert "La période finit avant de commencer" in backwards.text
    for odd in ("?sujet=99999999999999999999", "?origine=lune", "?departement=%00", "?antenne=x"):
        assert client.get(FIGURES + odd).status_code in (200, 422), odd


def test_the_page_takes_few_statements(client: InspectingClient, world: World) -> None:
    quality.draw(world, seed=8, count=60)
    sign_in_as(client, world.team)
    with wire() as watched:
        client.get(FIGURES)
        watched.take()
        assert client.get(FIGURES).status_code == 200
        # What begins and ends a transaction, or says on whose behalf it runs, reads nothing.
        seen = [each for each in watched.take() if not each.startswith(FRAME)]
    assert len(seen) <= 12, seen


def test_the_file_of_an_institution_holds_its_own_referrals_and_no_firm(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    with system() as session:
        expert = session.get_one(Expert, put.bob_expert_id)
        institution_id = session.get_one(Antenne, expert.antenne_id).institution_id
    address = f"{FIGURES}/institutions/{institution_id}/{quarter_of(today()).code}.xlsx"
    sign_in_as(client, world.bob)
    assert client.page(f"{FIGURES}/institutions").select("tbody a")[0]["href"] == address
    answer = client.get(address)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert list(sheets) == [
        "À lire d’abord",
        "Trimestre",
        "Par sujet",
        "Par antenne",
        "Depuis janvier",
    ]
    assert len(sheets["Trimestre"]) == 2 + 2
    text = "\n".join(str(cell) for rows in sheets.values() for row in rows for cell in row)
    for secret in ("Forges", "100000009", "Sacha", "sacha@", "03 80"):
        assert secret not in text
    assert journaled(Event.NEEDS_EXPORTED)
    with system() as session:
        session.get_one(Solicitation, put.solicitation_id).verdict = CheckVerdict.ABUSE
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(address).data))
    whole = book.get_sheet_by_name("Par sujet").to_python()[-1]
    assert whole[:2] == ["Ensemble", 0], "what was set aside counts for nothing, as on the page"
    assert client.get(address.replace("T", "X")).status_code == 404
    for agent_id, status in (
        (world.team, 200),
        (world.alice, 403),
        (world.manager, 403),
        (world.admin, 403),
    ):
        sign_in_as(client, agent_id)
        assert client.get(address).status_code == status


def letters(agent_id: int) -> list[Email]:
    with system() as session:
        found = session.scalars(
            select(Email).where(Email.agent_id == agent_id, Email.dedup_key.startswith("antennes:"))
        ).all()
        session.expunge_all()
    return list(found)


def test_monday_tells_each_manager_once_what_waits_even_if_the_worker_is_killed(
    world: World, put: PutNeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(put.antenne_id, world.carol)
    told = services.tell

    def killed(*said: object) -> bool:
        monkeypatch.setattr(services, "tell", told)
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "tell", killed)
    with at(utcnow() + timedelta(days=7)):
        with pytest.raises(KeyboardInterrupt):
            jobs.tell_managers()
        for _ in range(3):
            jobs.tell_managers()
        for agent_id in (world.bob, world.carol):
            (letter,) = letters(agent_id)
            assert "2 besoins sans réponse" in letter.body_text
            assert "depuis 5 jours ouvrés" in letter.body_text
            assert f"/orientations/{put.need_id}" in letter.body_text
            assert "Forges" not in letter.body_text + letter.subject
            assert letter.one_click_url
    assert letters(world.alice) == []
    with at(utcnow() + timedelta(days=14)):
        jobs.tell_managers()
        assert len(letters(world.bob)) == 2


def test_it_is_stopped_from_the_email_or_from_the_page_and_taken_up_again(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    jobs.tell_managers()
    (letter,) = letters(world.bob)
    path = str(letter.one_click_url).split("/", 3)[3]
    assert "Le courriel du lundi" in client.get(f"/{path}").text
    for _ in range(2):
        assert client.post(f"/{path}").status_code == 200
    with system() as session:
        assert session.scalars(select(AntenneSilence.agent_id)).all() == [world.bob]
    with at(utcnow() + timedelta(days=7)):
        jobs.tell_managers()
    assert len(letters(world.bob)) == 1
    sign_in_as(client, world.bob)
    client.submit(f"{FIGURES}/courriel/reprise", {}, page=FIGURES)
    with at(utcnow() + timedelta(days=7)):
        jobs.tell_managers()
    assert len(letters(world.bob)) == 2
    client.submit(f"{FIGURES}/courriel/arret", {}, page=FIGURES)
    with at(utcnow() + timedelta(days=14)):
        jobs.tell_managers()
    assert len(letters(world.bob)) == 2


def test_the_page_of_needs_leads_to_what_its_reader_may_open(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    regions = "/orientations/regions"
    for agent_id, expected in (
        (world.team, [QUEUE, FIGURES, regions]),
        (world.manager, [FIGURES, regions]),
        (world.bob, [FIGURES, regions]),
        (world.carol, [regions]),
    ):
        sign_in_as(client, agent_id)
        links = [each["href"] for each in client.page("/orientations").select("main a[href]")]
        assert [each for each in links if each in (QUEUE, FIGURES, regions)] == expected
        assert [client.get(each).status_code for each in expected] == [200] * len(expected)


def test_of_a_place_beyond_the_zone_of_its_reader_no_coverage_is_told(
    client: InspectingClient, world: World
) -> None:
    for agent_id, place, is_told in (
        (world.manager, "", True),
        (world.manager, "974", False),
        (world.team, "974", True),
        (world.team, "ZZ", False),
    ):
        sign_in_as(client, agent_id)
        said = client.page(f"{FIGURES}?departement={place}").get_text()
        assert (
            "sans personne quelque part" in said or "aucun sujet sans personne" in said
        ) is is_told
