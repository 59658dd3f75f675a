"""What agents wrote is found by whoever reads it, by index; nobody else finds it, counts it or sees a word of it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.core.access.identity import Nature
from app.core.access.rows import acting_as
from app.network.comments import services as network
from app.network.queries import get_comment
from app.search.texts import queries
from app.search.texts.presenters import HitGroup, groups
from app.visits import services as visits
from app.visits.queries import get_visit
from app.watching import services as watching
from app.watching.lists import services as lists
from app.watching.lists.models import ListSource
from app.watching.lists.services import ListRequest
from tests.factories.cases import add_member, open_case
from tests.factories.network import network_id, system, working_as, write_comment
from tests.factories.people import World, identity, reading_as
from tests.factories.visits import a_report, log_visit

NAME = "Mme Zélie Quatrebarbes, DAF"


@pytest.fixture
def written(world: World) -> World:
    """A comment and a visit of alice for CRP, which alice, carol and the manager read."""
    write_comment(
        world.alice,
        world.siren_21,
        to="crp",
        body="La trésorerie tient **trois semaines** au plus.",
    )
    log_visit(
        world.alice, world.siret_21, to="crp", people_met=NAME, body="Le moratoire est demandé."
    )
    return world


def found(session: Session, agent_id: int, typed: str) -> dict[str, Sequence[str]]:
    """What a search gives an agent besides firms: the titles of each group."""
    with reading_as(session, agent_id) as who:
        made = queries.find_texts(session, who, typed)
        shown: list[HitGroup] = groups(who, made)
    assert made.count == sum(len(group.hits) for group in shown)
    return {group.id: [hit.title for hit in group.hits] for group in shown}


@pytest.mark.parametrize(
    ("typed", "group"),
    [
        ("quatrebarbes", "contacts"), ("Zelie Quatrebarbes", "contacts"), ("QUATREB", "contacts"),
        ("tresorerie", "textes"), ("des trésoreries", "textes"), ("semaine tresorerie", "textes"),
        ("moratoires", "textes"), ('"trois semaines"', "textes"),
    ],
)  # fmt: skip
def test_a_text_is_found_by_its_audience_and_nobody_else(
    written: World, session: Session, typed: str, group: str
) -> None:
    for reader in (written.alice, written.carol, written.manager):
        assert list(found(session, reader, typed)) == [group], typed
    for other in (written.bob, written.stranger, written.admin, written.controller):
        assert found(session, other, typed) == {}, typed


@pytest.mark.parametrize(
    "typed", ["tresorerie moratoire", "quatrebarbes tresorerie", "le la des", "'", "& | !", ":*"]
)
def test_what_no_text_holds_finds_nothing(written: World, session: Session, typed: str) -> None:
    assert found(session, written.alice, typed) == {}


def test_an_extract_marks_what_was_found_and_says_who_reads_it(
    written: World, session: Session
) -> None:
    with reading_as(session, written.carol) as who:
        (group,) = groups(who, queries.find_texts(session, who, "semaines"))
    (hit,) = group.hits
    assert [part for part in hit.extract if part[1]] == [("semaines", True)]
    assert "trésorerie tient trois semaines au plus" in "".join(part for part, _ in hit.extract)
    assert hit.reason.startswith("Commentaire du ")
    assert "par Alice Fictif" in hit.reason
    assert hit.audience


def test_the_next_step_of_a_visit_is_found_and_shown(written: World, session: Session) -> None:
    log_visit(written.alice, written.siret_21, to="crp", next_step="Saisir le médiateur du crédit")
    with reading_as(session, written.carol) as who:
        (group,) = groups(who, queries.find_texts(session, who, "médiateurs"))
    assert [part for part in group.hits[0].extract if part[1]] == [("médiateur", True)]


def test_what_is_rewritten_is_found_as_it_reads_and_what_is_deleted_is_not(
    written: World, session: Session
) -> None:
    number = write_comment(written.alice, written.siren_21, to="crp", body="Une licorne")
    with working_as(written.alice) as (working, who):
        network.edit(working, who, get_comment(working, who, number), body="Un griffon")
    assert found(session, written.carol, "licorne") == {}
    assert list(found(session, written.carol, "griffons")) == ["textes"]
    with working_as(written.alice) as (working, who):
        network.delete(working, who, get_comment(working, who, number))
    assert found(session, written.carol, "griffon") == {}
    assert found(session, written.carol, "supprimé auteur") == {}


def test_a_visit_that_is_corrected_names_whom_it_names_now(
    written: World, session: Session
) -> None:
    number = log_visit(written.alice, written.siret_21, to="crp", people_met="M. Dagobert")
    report = a_report(network_id=network_id("crp"), people_met="M. Childéric")
    with working_as(written.alice) as (working, who):
        visits.correct_visit(working, who, get_visit(working, who, number), report)
    assert found(session, written.carol, "dagobert") == {}
    assert list(found(session, written.carol, "childeric")) == ["contacts"]


def test_whoever_leaves_the_network_or_the_zone_finds_no_more(
    written: World, session: Session
) -> None:
    who = identity(session, written.carol)
    session.rollback()
    without = (
        replace(who, network_ids=(network_id("codefi"),)),
        replace(who, departments=("75",), zones={}),
        replace(who, network_ids=(), own_network_id=None),
        replace(who, departments=(), zones={}),
    )
    for narrowed in without:
        with acting_as(narrowed):
            assert queries.find_texts(session, narrowed, "tresorerie").count == 0
            session.rollback()


def test_whoever_is_invited_to_an_accompagnement_finds_its_firm_s_texts(
    written: World, session: Session
) -> None:
    assert found(session, written.stranger, "tresorerie") == {}
    add_member(written.alice, open_case(written.alice, written.siret_21), written.stranger)
    assert list(found(session, written.stranger, "tresorerie")) == ["textes"]


def test_a_wrong_word_of_the_index_opens_no_text(
    app: Flask, written: World, session: Session
) -> None:
    """The index only narrows: were it wrong of who reads a text, the policy of the text would still say no."""
    owner = create_engine(app.config["VIGIE_ENDPOINTS"].owner_url, poolclass=NullPool)
    everybody = f"'#n{network_id('urssaf')}' '#d21'"
    with owner.begin() as connection:
        connection.execute(
            text(f"update text_search set terms = terms || $${everybody}$$::tsvector")
        )
    assert found(session, written.bob, "tresorerie") == {}
    assert found(session, written.bob, "quatrebarbes") == {}


@pytest.mark.parametrize(
    "statement",
    ["select * from text_search", "delete from text_search", "update text_search set terms = ''"],
)
def test_the_application_does_not_read_the_words_itself(
    written: World, session: Session, statement: str
) -> None:
    with (
        reading_as(session, written.alice),
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        session.execute(text(statement))


def test_without_anybody_no_text_is_found(written: World, session: Session) -> None:
    assert session.execute(text("select * from vigie_texts('tresorerie', 10)")).all() == []
    session.rollback()


def test_a_view_is_found_by_its_name_by_whoever_it_is_shared_with(
    written: World, session: Session
) -> None:
    for name, shared in (("Scieries à revoir", None), ("Scieries du CRP", network_id("crp"))):
        with working_as(written.alice) as (working, who):
            watching.save(working, who, name=name, query="niveau=elevee", network_id=shared)
    assert found(session, written.alice, "scierie") == {
        "vues": ["Scieries du CRP", "Scieries à revoir"]
    }
    assert found(session, written.carol, "scierie") == {"vues": ["Scieries du CRP"]}
    assert found(session, written.bob, "scierie") == {}
    assert found(session, written.alice, "%") == {}


def test_a_list_of_firms_is_found_by_the_words_of_its_name_by_whoever_reads_it(
    written: World, session: Session
) -> None:
    """Their own first; a network's by its network; a partner's that is open by all; none that is archived."""
    asked = {
        "Suivi de la menuiserie": {},
        "Menuiseries archivées": {},
        "La menuiserie du CRP": {"network_id": network_id("crp")},
    }
    for label, said in asked.items():
        with working_as(written.alice) as (working, who):
            known = lists.create(working, who, ListRequest(label=label, **said))  # type: ignore[arg-type]
            if "archivées" in label:
                lists.archive(working, who, known)
    with working_as(written.manager) as (working, who):
        request = ListRequest(
            label="Aide à la menuiserie",
            source=ListSource.RELANCE,
            is_open=True,
            nature=Nature.SCORE,
        )
        lists.create(working, who, request)
    partners, shared = "Aide à la menuiserie", "La menuiserie du CRP"
    assert found(session, written.alice, "menuiserie") == {
        "listes": [shared, "Suivi de la menuiserie", partners]
    }
    assert found(session, written.alice, "menuiserie suivi") == {
        "listes": ["Suivi de la menuiserie"]
    }
    assert found(session, written.carol, "menuiserie") == {"listes": [partners, shared]}
    assert found(session, written.bob, "menuiserie") == {"listes": [partners]}
    for nothing in ("%", "_", "menuiserie absente"):
        assert found(session, written.alice, nothing) == {}
    with reading_as(session, written.carol) as who:
        (group,) = groups(who, queries.find_texts(session, who, "menuiserie"))
    assert [hit.reason for hit in group.hits] == [
        "Liste partagée par Direction Fictif – Plan de relance",
        "Liste partagée par Alice Fictif",
    ]


def test_words_are_found_by_index_however_many_texts_there_are(
    written: World, session: Session
) -> None:
    """Among ten thousand texts of others, of another zone and of another network."""
    fill(written)
    scans = "select relname, seq_scan, seq_tup_read from pg_stat_xact_user_tables where relname in ('text_search', 'comment', 'visit_note')"
    for typed in ("tresorerie", "quatrebarbes", "banque"):
        with reading_as(session, written.alice) as who:
            queries.find_texts(session, who, typed)
            read = {name: rows for name, scanned, rows in session.execute(text(scans)) if scanned}
            assert read == {}, typed


def fill(world: World) -> None:
    """Ten thousand comments of Paris that say « banque »."""
    audience = network_id("crp")
    with system() as session:
        session.execute(
            text(
                "insert into comment (siren, author_id, network_id, departments, body)"
                " select :siren, :author, :network, array['75'], 'La banque ' || number from generate_series(1, 10000) number"
            ),
            {"siren": world.siren_75, "author": world.stranger, "network": audience},
        )
