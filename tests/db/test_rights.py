"""Who reads which nature of which firm, as the database decides it, for two or three people each time."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from app.companies.models import Company, CompanyAlert
from app.core.access.identity import Identity, Nature
from app.core.now import at, utcnow
from scoring.vocabulary import Level
from tests.factories import companies
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World, identity, newcomer, read, reading_as, two_zones
from tests.factories.unlocks import unlock

URSSAF, SCORE = Nature.URSSAF, Nature.SCORE


@pytest.fixture
def figures(world: World) -> World:
    """Each firm has a debt and a délai; those of Dijon and of Paris are on a list, with their reasons."""
    with system() as session:
        companies.freshness(session)
        for siret in (world.siret_21, world.siret_21_quiet, world.siret_75):
            companies.series(session, siret, "dette_patronale", [100.0])
            companies.series(session, siret, "effectif", [10.0])
            companies.payment_plan(session, siret)
        publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE),
            Alerted(siren=world.siren_75, department="75", rank=2),
        )
    return world


@pytest.fixture
def dora(figures: World) -> int:
    """Score and Urssaf in Côte-d’Or, score only in Paris."""
    with system() as session:
        return two_zones(session)


DEBT = "nature = 'urssaf'"


def test_each_nature_has_its_own_zone(dora: int, session: Session) -> None:
    who = identity(session, dora)
    assert who.departments == ("21", "75")
    assert dict(who.zones) == {SCORE: ("21", "75"), URSSAF: ("21",)}
    assert who.natures == {SCORE, URSSAF}
    assert who.covers(["75"])
    assert who.covers(["75"], SCORE)
    assert not who.covers(["75"], URSSAF)
    assert not who.covers(["21"], Nature.BANQUE_DE_FRANCE)


def test_the_zone_of_a_nature_does_not_change_and_is_part_of_the_zone() -> None:
    who = Identity(agent_id=1, name="x", departments=("21",), zones={SCORE: ("21",), URSSAF: ()})
    assert URSSAF not in who.natures
    with pytest.raises(TypeError):
        who.zones[URSSAF] = ("21",)  # type: ignore[index]
    with pytest.raises(ValueError, match="outside the zone"):
        Identity(agent_id=1, name="x", departments=("21",), zones={SCORE: ("75",)})


def test_a_nature_is_read_where_it_is_held_only(
    figures: World, dora: int, session: Session
) -> None:
    both = {figures.siren_21, figures.siren_75}
    assert read(session, dora, "company_series", DEBT) == {figures.siren_21}
    assert read(session, dora, "payment_plan") == {figures.siren_21}
    assert read(session, dora, "detection_entry") == both
    assert read(session, dora, "detection_reason", "nature is null") == both
    assert read(session, dora, "detection_reason", DEBT) == {figures.siren_21}
    everywhere = both | {figures.siren_21_quiet}
    assert read(session, dora, "company_series", "nature is null") == everywhere


def test_the_same_person_with_the_habilitations_the_other_way_round(
    figures: World, session: Session
) -> None:
    with system() as writer:
        emma = newcomer(writer, "emma", natures={"21": [SCORE], "75": [URSSAF]})
    assert read(session, emma, "detection_entry") == {figures.siren_21}
    assert read(session, emma, "company_series", DEBT) == {figures.siren_75}
    # The reasons of an entry that is not read are not either, whatever their nature.
    assert read(session, emma, "detection_reason") == {figures.siren_21}
    assert read(session, emma, "detection_reason", DEBT) == set()


def test_a_guest_reads_what_they_hold_anywhere_of_what_their_host_reads(
    figures: World, dora: int, session: Session
) -> None:
    case_id = open_case(figures.stranger, figures.siret_75)
    add_member(figures.stranger, case_id, figures.alice)
    assert figures.siren_75 in read(session, figures.alice, "company_series", DEBT)
    assert figures.siren_75 in read(session, figures.alice, "detection_entry")
    add_member(figures.stranger, case_id, dora)
    # Urssaf, held in Côte-d’Or only, is read in Paris while the accompagnement goes on.
    assert figures.siren_75 in read(session, dora, "company_series", DEBT)
    assert figures.siren_75 in read(session, dora, "detection_reason", DEBT)
    close_case(figures.stranger, case_id)
    assert figures.siren_75 not in read(session, dora, "company_series", DEBT)
    assert figures.siren_75 not in read(session, figures.alice, "company_series", DEBT)


def test_a_contributor_reads_nothing_of_a_nature_held_nowhere(
    figures: World, session: Session
) -> None:
    with system() as writer:
        emma = newcomer(writer, "emma", natures={"21": [SCORE]})
    case_id = open_case(figures.stranger, figures.siret_75)
    add_member(figures.stranger, case_id, emma)
    assert figures.siren_75 in read(session, emma, "detection_entry")
    assert read(session, emma, "company_series", DEBT) == set()
    assert read(session, emma, "payment_plan") == set()


def test_an_unlock_opens_the_firm_to_its_author_alone_for_thirty_days(
    figures: World, session: Session
) -> None:
    quiet = figures.siren_21_quiet
    assert quiet not in read(session, figures.alice, "company_series", DEBT)
    unlock(figures.alice, quiet)
    assert quiet in read(session, figures.alice, "company_series", DEBT)
    assert quiet in read(session, figures.alice, "payment_plan")
    for other in (figures.bob, figures.carol, figures.manager):
        assert quiet not in read(session, other, "company_series", DEBT)
    with at(utcnow() + timedelta(days=29, hours=23)):
        assert quiet in read(session, figures.alice, "company_series", DEBT)
    with at(utcnow() + timedelta(days=30, minutes=1)):
        assert quiet not in read(session, figures.alice, "company_series", DEBT)
        assert quiet not in read(session, figures.alice, "payment_plan")


def test_an_unlock_opens_only_the_natures_held_where_the_firm_works(
    figures: World, dora: int, session: Session
) -> None:
    with system() as writer:
        writer.execute(delete(CompanyAlert).where(CompanyAlert.siren == figures.siren_75))
    unlock(dora, figures.siren_75)
    assert identity(session, dora).unlocked_sirens == (figures.siren_75,)
    assert figures.siren_75 not in read(session, dora, "company_series", DEBT)


def test_what_a_firm_says_is_readable_is_what_the_database_shows(
    figures: World, dora: int, session: Session
) -> None:
    unlock(dora, figures.siren_21_quiet)
    unlock(figures.bob, figures.siren_21_quiet)
    case_id = open_case(figures.alice, figures.siret_21_quiet)
    add_member(figures.alice, case_id, figures.stranger)
    people = (dora, figures.alice, figures.bob, figures.carol, figures.stranger, figures.manager)
    for agent_id in people:
        with reading_as(session, agent_id) as who:
            firms = session.query(Company).all()
            said = {firm.siren for firm in firms if URSSAF in firm.readable}
            shown = set(
                session.scalars(text(f"select siren from company_series where {DEBT}")).all()
            )
        assert said == shown, who.name


def test_an_alert_is_heard_of_where_the_score_is_held(
    figures: World, dora: int, session: Session
) -> None:
    for siren, nature in ((figures.siren_21, "urssaf"), (figures.siren_75, "urssaf")):
        with system() as writer:
            writer.execute(
                text(
                    "insert into feed_event (siren, departments, kind, nature, subject_kind, details)"
                    " select siren, departments, 'detections:entry:alerted', :nature, 'x', '{}' from company where siren = :siren"
                ),
                {"siren": siren, "nature": nature},
            )
    assert read(session, dora, "feed_event") == {figures.siren_21}
    assert read(session, figures.stranger, "feed_event") == {figures.siren_75}
