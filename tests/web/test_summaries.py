"""The synthèse of an accompagnement: who reads and writes that of each network, and two agents who write at once."""

import pytest
from sqlalchemy import func, select

from app.cases.summaries.models import CaseSummary, SummaryVersion
from app.core.journal import Event
from app.core.web import drafts
from app.core.work.events import EventKind
from app.network.models import FeedEvent, Notification
from app.network.notifications import jobs
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.network import follow, last_event, network_id, system, working_as
from tests.factories.people import World
from tests.factories.summaries import write_summary
from tests.support.client import InspectingClient
from tests.support.documents import Tag, parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

DIRECCTE = "L’entreprise a perdu un client. La dette est de 5 000 €."


@pytest.fixture
def case_id(world: World) -> int:
    """An accompagnement of alice with her manager and bob, of the Urssaf; carol, of alice’s network, takes no part in it."""
    case_id = open_case(world.alice, world.siret_21)
    for member in (world.bob, world.manager):
        add_member(world.alice, case_id, member)
    write_summary(world.alice, case_id, to="crp", context=DIRECCTE)
    return case_id


def path_of(case_id: int, network: str = "crp") -> str:
    return f"/accompagnements/{case_id}/synthese/{network_id(network)}"


def stored(case_id: int, network: str = "crp") -> tuple[int, str]:
    """The version that is kept, and its context."""
    audience = network_id(network)
    with system() as session:
        known = (CaseSummary.case_id == case_id, CaseSummary.network_id == audience)
        row = session.scalars(select(CaseSummary).where(*known)).one()
        return row.version, row.context


def history_of(case_id: int) -> str:
    with system() as session:
        one = session.scalars(select(CaseSummary.id).where(CaseSummary.case_id == case_id)).one()
    return f"/syntheses/{one}/historique"


def sent_by(page: Tag) -> dict[str, str]:
    """What the form of a page would send as it stands."""
    form = page.select_one("form[data-draft-url]")
    assert form is not None
    return {
        "version": str(form.select_one('input[name="version"]')["value"]),  # type: ignore[index]
        **{str(area["name"]): area.get_text().strip("\n") for area in form.select("textarea")},
    }


#: owner, participant, colleague of the network who takes no part, participant of another network, stranger, nobody
@pytest.mark.parametrize(
    ("page", "statuses"),
    [("form", (200, 200, 403, 404, 404, 401)), ("history", (200, 200, 200, 404, 404, 401))],
)
def test_each_reader_before_each_page(
    client: InspectingClient, world: World, case_id: int, page: str, statuses: tuple[int, ...]
) -> None:
    path = path_of(case_id) if page == "form" else history_of(case_id)
    readers = (world.alice, world.manager, world.carol, world.bob, world.stranger)
    seen = [sign_in_as(client, reader).get(path).status_code for reader in readers]
    sign_out(client)
    assert (*seen, client.get(path).status_code) == statuses


def test_each_network_reads_its_own_on_the_page_of_the_accompagnement(
    client: InspectingClient, world: World, case_id: int
) -> None:
    write_summary(world.bob, case_id, to="urssaf", difficulties="Délai demandé")
    write_summary(world.bob, case_id, to="codefi", actions="Réunion du 12")
    said = {
        reader: sign_in_as(client, number).page(f"/accompagnements/{case_id}").get_text()
        for reader, number in (("carol", world.carol), ("bob", world.bob))
    }
    assert [text in said["carol"] for text in (DIRECCTE, "Délai demandé", "Réunion du 12")] == [True, False, True]  # fmt: skip
    assert [text in said["bob"] for text in (DIRECCTE, "Délai demandé", "Réunion du 12")] == [False, True, True]  # fmt: skip
    assert "Synthèse Direccte" not in said["bob"]


def test_who_writes_second_looks_at_both_texts_then_keeps_them(
    client: InspectingClient, world: World, case_id: int
) -> None:
    """The second tab erased the first."""
    path = path_of(case_id)
    form = sent_by(sign_in_as(client, world.manager).page(path))
    write_summary(world.alice, case_id, to="crp", context=f"{DIRECCTE} Vu le dirigeant.")
    form["context"] = DIRECCTE.replace("5 000", "8 000")
    answer = client.submit(path, form)
    assert answer.status_code == 422
    page = parsed(answer.text)
    assert "Alice Fictif" in str(page.select_one("#entre-temps"))
    assert [added.get_text() for added in page.select("#entre-temps ins")] == [
        "ajouté :  Vu le dirigeant."
    ]
    assert stored(case_id) == (2, f"{DIRECCTE} Vu le dirigeant."), "nothing was kept yet"
    shown = sent_by(page)
    both = f"{DIRECCTE.replace('5 000', '8 000')} Vu le dirigeant."
    assert (shown["version"], shown["context"]) == ("2", both)
    assert client.submit(path, shown).status_code == 303
    assert stored(case_id) == (3, both)


def test_where_both_wrote_both_are_kept_and_the_place_is_said(
    client: InspectingClient, world: World, case_id: int
) -> None:
    path = path_of(case_id)
    form = sent_by(sign_in_as(client, world.manager).page(path))
    write_summary(world.alice, case_id, to="crp", context=DIRECCTE.replace("5 000", "6 500"))
    form["context"] = DIRECCTE.replace("5 000", "7 200")
    page = parsed(client.submit(path, form).text)
    told = page.select_one("#entre-temps")
    assert told is not None
    assert "L’autre : « 6 500 ». Vous : « 7 200 »." in " ".join(told.get_text().split()).replace("\u202f", " ")  # fmt: skip
    assert "6 500 7 200" in sent_by(page)["context"]


def test_two_who_write_the_first_text_lose_none(
    client: InspectingClient, world: World, case_id: int
) -> None:
    path = path_of(case_id, "codefi")
    form = sent_by(sign_in_as(client, world.manager).page(path))
    write_summary(world.bob, case_id, to="codefi", context="Un délai est demandé.")
    page = parsed(client.submit(path, form | {"context": "Le plan est prêt."}).text)
    assert sent_by(page)["context"] == "Un délai est demandé. Le plan est prêt."


def test_a_draft_keeps_the_version_that_it_began_with(
    client: InspectingClient, world: World, case_id: int
) -> None:
    """Left for the night, it does not come back over what was written meanwhile."""
    path = path_of(case_id)
    sign_in_as(client, world.manager)
    fields = {name: [text] for name, text in sent_by(client.page(path)).items()}
    with working_as(world.manager) as (session, who):
        drafts.save(
            session, who, form_path=path, fields=fields | {"actions": ["Appeler la banque"]}
        )
    write_summary(world.alice, case_id, to="crp", actions="Écrire au comptable")
    form = sent_by(client.page(path))
    assert (form["version"], form["actions"]) == ("1", "Appeler la banque")
    merged = sent_by(parsed(client.submit(path, form).text))
    assert merged["actions"] == "Écrire au comptable Appeler la banque"
    assert sent_by(client.page(path))["actions"] == "Appeler la banque", "the draft is still there"


def test_the_history_says_who_changed_what(
    client: InspectingClient, world: World, case_id: int
) -> None:
    write_summary(world.manager, case_id, to="crp", context=DIRECCTE.replace("5 000", "8 000"))
    page = sign_in_as(client, world.carol).page(history_of(case_id))
    last, first = page.select(".vigie-timeline__item")
    assert "Direction Fictif" in last.get_text()
    assert "Alice Fictif" in first.get_text()
    assert [gone.get_text() for gone in last.select("del")] == ["retiré : 5"]
    assert [added.get_text() for added in last.select("ins")] == ["ajouté : 8"]


def test_a_long_history_is_read_a_page_at_a_time(
    client: InspectingClient, world: World, case_id: int
) -> None:
    for number in range(11):
        write_summary(world.alice, case_id, to="crp", actions=f"Acte {number}")
    page = sign_in_as(client, world.alice).page(history_of(case_id))
    (older,) = page.select('a[rel="next"]')
    assert len(page.select(".vigie-timeline__item")) == 10
    assert len(client.page(str(older["href"])).select(".vigie-timeline__item")) == 2


def test_an_ended_accompagnement_is_read_and_no_longer_written(
    client: InspectingClient, world: World, case_id: int
) -> None:
    close_case(world.alice, case_id)
    sign_in_as(client, world.alice)
    page = client.page(f"/accompagnements/{case_id}")
    assert DIRECCTE in page.get_text()
    assert not page.select(f'a[href="{path_of(case_id)}"]')
    assert client.get(path_of(case_id)).status_code == 403


@pytest.mark.parametrize(
    ("form", "message"),
    [({"context": "x" * 10_001}, "10\u202f000 au plus"), ({"context": " "}, "Écrivez quelque chose")],
)  # fmt: skip
def test_what_cannot_be_kept_is_said_and_stays(
    client: InspectingClient, world: World, case_id: int, form: dict[str, str], message: str
) -> None:
    sign_in_as(client, world.alice)
    answer = client.submit(path_of(case_id, "codefi"), form | {"actions": ""})
    assert (answer.status_code, message in answer.text) == (422, True)
    assert form["context"].strip() in answer.text


def test_the_audience_alone_is_told_and_once_for_a_sitting(world: World, case_id: int) -> None:
    for follower in (world.carol, world.bob):
        follow(follower, world.siren_21)
    write_summary(world.manager, case_id, to="crp", actions="Appeler")
    jobs.notify(event_id=last_event())
    write_summary(world.manager, case_id, to="crp", actions="Appeler demain")
    with system() as session:
        written = FeedEvent.kind == EventKind.SUMMARY_WRITTEN
        count = session.scalar(select(func.count()).select_from(FeedEvent).where(written))
        last = select(func.max(FeedEvent.id)).scalar_subquery()
        of_last = select(Notification.agent_id).where(Notification.event_id == last)
        told = set(session.scalars(of_last))
        versions = session.scalar(select(func.count()).select_from(SummaryVersion))
    assert (count, versions) == (2, 3)
    assert told == {world.alice, world.carol}


def test_the_first_words_are_read_by_as_many_partners_as_their_author_may_write_to(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    form = {"criticality": "none", "context": "Un client sur deux est perdu"}
    opened = client.submit(f"/etablissements/{world.siret_21}/accompagnement", form).location
    assert "Un client sur deux est perdu" in sign_in_as(client, world.bob).page(opened).get_text()


def test_reading_what_it_said_is_journaled(
    client: InspectingClient, world: World, case_id: int
) -> None:
    sign_in_as(client, world.manager)
    path = history_of(case_id)
    assert DIRECCTE in client.page(path).get_text()
    (line,) = journaled(Event.COMPANY_READ)
    assert (line.actor_id, line.siren, line.details["page"]) == (
        world.manager,
        world.siren_21,
        path,
    )
