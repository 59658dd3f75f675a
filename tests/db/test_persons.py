"""Requests of persons: their clock, who treats them, what is found of whom, what is done of it, and what the database holds of all this."""

import io
import json
import re
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import today, utcnow
from app.core.persons import index
from app.core.persons.places import person_places
from app.core.persons.sought import Sought
from app.interlocutors.models import Interlocutor
from app.messages.models import Announcement
from app.records.persons import queries, services
from app.records.persons.files import jobs
from app.records.persons.files import services as files
from app.records.persons.files.queries import get_file
from app.records.persons.files.writing import run
from app.records.persons.finding import queries as finding_queries
from app.records.persons.finding import services as finding
from app.records.persons.finding.queries import Match
from app.records.persons.models import (
    FindingAct,
    IdentityProof,
    PersonFile,
    PersonFinding,
    PersonOutcome,
    PersonRequest,
    PersonRight,
    PersonSearch,
    ReceivedBy,
)
from app.referrals.directory.models import Expert
from app.referrals.needs.models import Solicitation, SolicitationContact
from app.search.services import record_search
from tests.factories.network import system, working_as, write_comment
from tests.factories.people import World
from tests.factories.persons import (
    EMAIL,
    MOTIVE,
    NAME,
    TELEPHONE,
    Held,
    finding_of,
    keep_all,
    plant_person,
    plant_request,
)
from tests.support.journaled import journaled

CAMILLE = Sought(name=NAME, email=EMAIL, telephone=TELEPHONE)


def received(**said: object) -> services.ReceivedRequest:
    """A request as it is received today."""
    told = {
        "kind": PersonRight.ACCESS, "name": NAME, "email": EMAIL, "telephone": "", "body": "Que savez-vous de moi ?",
        "received_on": today(), "received_by": ReceivedBy.EMAIL,
    }  # fmt: skip
    return services.ReceivedRequest(**{**told, **said})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("received_on", "due", "extended"),
    [
        (date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 30)),  # no 31 February, a week-end; no 31 April
        (date(2026, 10, 1), date(2026, 11, 2), date(2027, 1, 4)),  # a holiday that is a Sunday; a holiday, then a week-end
        (date(2024, 1, 29), date(2024, 2, 29), date(2024, 4, 29)),  # a leap year
        (date(2026, 9, 15), date(2026, 10, 15), date(2026, 12, 15)),
    ],
)  # fmt: skip
def test_a_month_ends_on_a_working_day_and_an_extension_counts_from_the_first(
    world: World, monkeypatch: pytest.MonkeyPatch, received_on: date, due: date, extended: date
) -> None:
    for module in (services, queries):
        monkeypatch.setattr(module, "today", lambda: received_on)
    monkeypatch.setattr("app.records.persons.models.today", lambda: received_on)
    with working_as(world.controller) as (session, who):
        request = services.write(session, who, received(received_on=received_on))
        assert (request.due_on, request.handler_id) == (due, world.controller)
        services.extend(session, who, request, reason="Quatre administrations à interroger")
        assert (request.first_due_on, request.due_on) == (due, extended)
        with pytest.raises(DomainError, match="qu’une fois"):
            services.extend(session, who, request, reason="Encore un peu plus")


def test_an_extension_is_said_within_the_month_with_its_reason(world: World) -> None:
    late = plant_request(world.controller, handler_id=world.controller, due_on=today() - timedelta(days=1))  # fmt: skip
    with working_as(world.controller) as (session, who):
        request = queries.get_request(session, who, late)
        with pytest.raises(DomainError, match="la raison dite à la personne"):
            services.extend(session, who, request, reason="long")
        with pytest.raises(DomainError, match="il est passé"):
            services.extend(session, who, request, reason="Quatre administrations à interroger")


def test_a_request_that_is_wrong_is_refused(world: World) -> None:
    wrong: dict[str, dict[str, object]] = {
        "name": {"name": "Camille", "email": ""},
        "email": {"email": "camille"},
        "telephone": {"telephone": "12"},
        "body": {"body": " "},
        "received_on": {"received_on": today() + timedelta(days=1)},
    }
    with working_as(world.admin) as (session, who):
        for field, said in wrong.items():
            with pytest.raises(DomainError) as refused:
                services.write(session, who, received(**said))
            assert refused.value.field == field


def test_an_answer_is_written_once_by_whoever_treats_it_and_knows_who_asks(world: World) -> None:
    number = plant_request(world.admin, handler_id=world.controller, is_verified=False)
    with working_as(world.controller) as (session, who):
        request = queries.get_request(session, who, number)
        with pytest.raises(DomainError, match="l’identité de la personne"):
            services.answer(session, who, request, outcome=PersonOutcome.NOTHING, said="Rien.", answered_on=today())  # fmt: skip
        services.verify(session, who, request, proof=IdentityProof.DOCUMENT, proof_on=today())
        services.answer(session, who, request, outcome=PersonOutcome.NOTHING, said="Rien.", answered_on=today())  # fmt: skip
        with pytest.raises(DomainError, match="déjà une réponse"):
            services.take(session, who, request)
    (line,) = journaled(Event.PERSON_REQUEST_CLOSED)
    assert "Rien." not in str(line.details), "nothing of the texts"


def test_the_database_keeps_what_was_asked_and_who_answers(world: World) -> None:
    number = plant_request(world.controller, handler_id=world.controller)
    for statement in (
        update(PersonRequest).values(body="Autre"),
        update(PersonRequest).values(received_on=today()),
        text("delete from person_request"),
    ):
        with pytest.raises(ProgrammingError), working_as(world.controller) as (session, _who):
            session.execute(statement)
    closing = {"outcome": "refusee", "answer": "Non.", "answered_on": today(), "answered_by": world.admin}  # fmt: skip
    with pytest.raises(ProgrammingError), working_as(world.admin) as (session, _who):
        session.execute(update(PersonRequest).where(PersonRequest.id == number).values(**closing))


@pytest.fixture
def person(world: World) -> Held:
    """Camille, wherever Vigie may know her."""
    return plant_person(world)


@pytest.fixture
def request_id(world: World) -> int:
    """Her request, that the controller treats, her identity established."""
    return plant_request(world.controller, handler_id=world.controller)


def found(session: Session, request: PersonRequest, sought: Sought = CAMILLE) -> dict[tuple[str, int], Match]:  # fmt: skip
    """What is found, by kind and number."""
    places = finding_queries.find(session, request, sought)
    return {(each.place.kind, match.held.object_id): match for each in places for match in each.matches}  # fmt: skip


def test_somebody_is_found_in_every_place_and_her_homonym_is_told_apart(
    world: World, person: Held, request_id: int
) -> None:
    with working_as(world.controller) as (session, who):
        told = found(session, queries.get_request(session, who, request_id))
    hers = set(person.hers.items())
    assert hers <= told.keys(), hers - told.keys()
    homonym = told.pop(("interlocutor", person.homonym))
    assert homonym.is_elsewhere
    assert not any(match.is_elsewhere for key, match in told.items() if key in hers - {("agent", person.hers["agent"])})  # fmt: skip


def test_one_of_what_is_known_is_enough(world: World, person: Held, request_id: int) -> None:
    for sought in (Sought(name="fictive CAMILLE"), Sought(email=EMAIL), Sought(telephone="+33 6 00 00 00 21")):  # fmt: skip
        with working_as(world.controller) as (session, who):
            told = found(session, queries.get_request(session, who, request_id), sought)
        assert ("interlocutor", person.hers["interlocutor"]) in told
        assert ("solicitation_contact", person.hers["solicitation_contact"]) in told


def test_what_somebody_typed_in_the_search_box_is_found(world: World, request_id: int) -> None:
    with working_as(world.alice) as (_session, alice):
        record_search(alice, "camille fictive", 0, texts=0)
    with working_as(world.controller) as (session, who):
        told = found(session, queries.get_request(session, who, request_id))
    assert [kind for kind, _ in told] == ["search"]


def test_the_database_finds_nobody_for_whoever_has_no_open_request(
    world: World, person: Held, request_id: int
) -> None:
    """Whatever the application asks: closed, unverified, treated by another, or for somebody else than a controller."""
    unanswered = {"outcome": None, "answer": None, "answered_on": None, "answered_by": None}
    verified = {"proof": IdentityProof.DOCUMENT, "proof_on": today(), "proof_by": world.admin}
    closed = {"outcome": PersonOutcome.DROPPED, "answer": "x", "answered_on": today(), "answered_by": world.admin}  # fmt: skip
    for change in (closed, dict.fromkeys(verified), {"handler_id": world.admin}, {}):
        for reader in (world.alice, world.admin, world.manager, world.controller):
            with system() as session:
                state = {**unanswered, **verified, "handler_id": reader, **change}
                session.execute(update(PersonRequest).values(**state))
            with working_as(reader) as (session, _who):
                told = [
                    number
                    for place in person_places
                    if place.find is None
                    for number in index.ids(session, request_id, place.kind, CAMILLE)
                ]
            assert bool(told) is (not change and reader == world.controller)


def test_nobody_reads_the_index_itself(world: World) -> None:
    with pytest.raises(ProgrammingError), working_as(world.controller) as (session, _who):
        session.execute(text("select 1 from person_trace"))


def test_a_search_is_journaled_and_its_motive_stays_with_it(world: World, person: Held, request_id: int) -> None:  # fmt: skip
    with working_as(world.controller) as (session, who):
        request = queries.get_request(session, who, request_id)
        with pytest.raises(DomainError, match="inscrit avec la recherche"):
            finding.search(session, who, request, CAMILLE, motive="voir")
        finding.search(session, who, request, CAMILLE, motive=MOTIVE)
    (line,) = journaled(Event.PERSON_SEARCHED)
    assert MOTIVE not in str(line.details), "no text of an agent: it stays with the search"
    with system() as session:
        kept = session.get_one(PersonSearch, line.details["person_search"])
        assert (kept.motive, kept.searched_by) == (MOTIVE, world.controller)
    assert line.details["by_place"]["interlocutor"] == 2
    assert "Fictive" not in str(line.details)


def test_what_is_corrected_erased_or_written_later_is_found_as_it_is(world: World, person: Held, request_id: int) -> None:  # fmt: skip
    with system() as session:
        session.get_one(Interlocutor, person.homonym).name = "Sacha Inventé"
        session.execute(text("delete from solicitation_contact"))
    with working_as(world.controller) as (session, who):
        told = found(session, queries.get_request(session, who, request_id))
    assert ("interlocutor", person.homonym) not in told
    assert not any(kind == "solicitation_contact" for kind, _ in told)


def acting(world: World, request_id: int, kind: str, act: str, **said: object) -> None:
    """The controller does something of what is hers in a place."""
    number = finding_of(request_id, kind)
    with working_as(world.controller) as (session, who):
        request = queries.get_request(session, who, request_id)
        one = finding_queries.get_finding(session, who, request, number)
        getattr(finding, act)(session, who, request, one, reason="Demandé par la personne", **said)


def test_what_is_wrong_is_corrected_in_place(world: World, person: Held, request_id: int) -> None:
    keep_all(world, request_id, person.hers)
    said = {"name": "Camille Réelle", "function": "Gérante", "telephone": "0600000022", "email": EMAIL}  # fmt: skip
    for kind in ("interlocutor", "expert", "solicitation_contact"):
        acting(world, request_id, kind, "correct", said=said)
    with system() as session:
        corrected = session.get_one(Interlocutor, person.hers["interlocutor"])
        assert (corrected.name, corrected.telephone, corrected.version) == ("Camille Réelle", "06 00 00 00 22", 1)  # fmt: skip
        expert = session.get_one(Expert, person.hers["expert"])
        assert (expert.name, expert.name_sort) == ("Camille Réelle", "camille reelle")
        assert session.get_one(SolicitationContact, person.hers["solicitation"]).name == "Camille Réelle"  # fmt: skip
    with pytest.raises(DomainError, match="demandez-le à l’agent qui l’a écrit"):
        acting(world, request_id, "comment", "correct", said=said)
    assert len(journaled(Event.PERSON_ACT_DONE)) == 3
    assert "Réelle" not in str([line.details for line in journaled(Event.INTERLOCUTOR_CHANGED)])


def test_what_the_law_lets_is_erased_and_the_rest_is_kept_for_a_reason(world: World, person: Held, request_id: int) -> None:  # fmt: skip
    keep_all(world, request_id, person.hers)
    for kind in ("interlocutor", "expert"):
        acting(world, request_id, kind, "erase")
    with pytest.raises(DomainError, match="encore ouvert"):
        acting(world, request_id, "solicitation_contact", "erase")
    with system() as session:
        session.execute(text("update need set state = 'pas_d_aide', closed_at = now()"))
    acting(world, request_id, "solicitation_contact", "erase")
    for kind in ("agent", "comment", "company"):
        with pytest.raises(DomainError, match="refusez avec son motif"):
            acting(world, request_id, kind, "erase")
        acting(world, request_id, kind, "refuse")
    with pytest.raises(DomainError, match="déjà fait"):
        acting(world, request_id, "comment", "refuse")
    with system() as session:
        erased = session.get_one(Interlocutor, person.hers["interlocutor"])
        assert (erased.name, erased.email, erased.given_by) == ("Personne effacée", "", "")
        assert erased.archived_at is not None
        assert EMAIL not in session.get_one(Expert, person.hers["expert"]).email
        assert session.get_one(Solicitation, person.hers["solicitation"]).message == ""
        acts = dict(session.execute(select(PersonFinding.kind, PersonFinding.act)).all())
    assert acts["interlocutor"] is FindingAct.ERASED
    assert acts["comment"] is FindingAct.REFUSED


def data_given(world: World, request_id: int) -> list[dict[str, Any]]:
    """The objects of the file of a request, made now."""
    with working_as(world.controller) as (session, who):
        number = files.ask(session, who, queries.get_request(session, who, request_id)).id
    run(number)
    with working_as(world.controller) as (session, who):
        request = queries.get_request(session, who, request_id)
        content = get_file(session, who, request, number).content or b""
    told = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("vos-donnees.json"))
    return list(told["donnees"])


def test_the_file_does_not_say_of_which_firm_agents_write(world: World, request_id: int) -> None:
    number = write_comment(
        world.alice, world.siren_21, to="crp", body="Camille Fictive s’inquiète."
    )
    keep_all(world, request_id, {"comment": number})
    (given,) = data_given(world, request_id)
    assert given["extraits"] == ["Camille Fictive s’inquiète."]
    assert world.siren_21 not in re.sub(r"\s", "", json.dumps(given, ensure_ascii=False))


def test_what_was_found_by_another_name_of_hers_is_in_the_file(world: World, request_id: int) -> None:  # fmt: skip
    number = write_comment(
        world.alice, world.siren_21, to="crp", body="Camille Naissance craint pour mars."
    )
    with working_as(world.controller) as (session, who):
        request = queries.get_request(session, who, request_id)
        finding.search(session, who, request, Sought(name="Camille Naissance"), motive=MOTIVE)
    keep_all(world, request_id, {"comment": number})
    (given,) = data_given(world, request_id)
    assert given["extraits"] == ["Camille Naissance craint pour mars."]


def test_the_file_has_her_data_and_nobody_elses_and_is_forgotten(world: World, person: Held, request_id: int) -> None:  # fmt: skip
    with (
        working_as(world.controller) as (session, who),
        pytest.raises(DomainError, match="Rien n’est encore reconnu"),
    ):
        files.ask(session, who, queries.get_request(session, who, request_id))
    keep_all(world, request_id, person.hers)
    with working_as(world.controller) as (session, who):
        number = files.ask(session, who, queries.get_request(session, who, request_id)).id
    run(number)
    with working_as(world.controller) as (session, who):
        request = queries.get_request(session, who, request_id)
        archive = zipfile.ZipFile(io.BytesIO(get_file(session, who, request, number).content or b""))  # fmt: skip
    assert archive.read("vos-donnees.pdf").startswith(b"%PDF")
    told = archive.read("vos-donnees.json").decode().replace("\u202f", " ").replace("\xa0", " ")
    for hers in (
        EMAIL,
        TELEPHONE,
        "note_camille-fictive.pdf",
        "craint pour mars",
        "400 000 006",
    ):
        assert hers in told, hers
    for other in ("Inventé", "Imaginaire", "07 00 00 00 99", "autre@exemple"):
        assert other not in told, other
    assert len(json.loads(told)["donnees"]) == len(person.hers)
    with system() as session:
        session.execute(update(PersonFile).values(expires_at=utcnow() - timedelta(seconds=1)))
    jobs.night()
    with system() as session:
        assert session.scalars(select(PersonFile.id)).all() == []


def test_those_that_are_late_are_told_once(world: World) -> None:
    late = plant_request(world.admin, due_on=today() - timedelta(days=1))
    plant_request(world.admin, due_on=today() + timedelta(days=30))
    soon = plant_request(world.admin, handler_id=world.controller, due_on=today() + timedelta(days=2))  # fmt: skip
    for _ in range(2):
        jobs.night()
    with system() as session:
        told = session.execute(select(Announcement.agent_id, Announcement.path)).all()
    assert sorted(told) == sorted(
        [
            (world.admin, f"/demandes-personnes/{late}"),
            (world.controller, f"/demandes-personnes/{late}"),
            (world.controller, f"/demandes-personnes/{soon}"),
        ]
    )
