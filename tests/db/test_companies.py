"""Firms and their figures: what is shown, to whom, and the trace of each reading."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies import presenters, queries, services
from app.companies.models import CompanySeries, PaymentPlan, ProcedureEvent
from app.companies.policies import Reach, reach
from app.core.access.identity import Identity, Nature, system_identity
from app.core.access.rows import acting_as
from app.core.database.cluster import LocalCluster
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import NotFoundError
from app.core.journal import Event, JournalEntry
from app.core.now import utcnow
from app.extensions import db
from scoring.dictionary.legal_categories import legal_category_label
from scoring.dictionary.naf import DIVISIONS, SECTIONS, activity_label, section_label, section_of
from tests.factories import companies as given
from tests.factories.cases import add_member, open_case
from tests.factories.journal import superuser_of, write_then
from tests.factories.people import ALL_NATURES, World, identity, lacking
from tests.support.journaled import journaled

SYSTEM = system_identity("tests")
MARCH = date(2026, 3, 1)


@contextmanager
def reading_as(session: Session, agent_id: int) -> Iterator[Identity]:
    """A session on behalf of an agent."""
    agent = identity(session, agent_id)
    session.rollback()
    with acting_as(agent):
        yield agent
        session.rollback()


def test_an_unknown_siren_is_not_found(world: World, session: Session) -> None:
    with reading_as(session, world.alice) as alice:
        assert queries.get_company(session, alice, world.siren_21).siren == world.siren_21
        with pytest.raises(NotFoundError):
            queries.get_company(session, alice, "999999999")
        with pytest.raises(NotFoundError):
            queries.get_establishment(session, alice, "99999999900001")


def test_without_habilitation_a_firm_is_not_found(world: World, session: Session) -> None:
    with reading_as(session, world.admin) as admin, pytest.raises(NotFoundError):
        queries.get_company(session, admin, world.siren_21)


def test_an_establishment_comes_with_its_firm(world: World, session: Session) -> None:
    with reading_as(session, world.stranger) as stranger:
        found = queries.get_establishment(session, stranger, world.siret_21)
        assert found.company.name == "Forges fictives de Dijon"


def test_establishments_are_paged_head_office_first_and_closed_last(
    world: World, session: Session
) -> None:
    numbers = [f"{world.siren_21}{number:05d}" for number in range(100, 130)]
    with unit_of_work(SYSTEM) as writing:
        for number in numbers:
            given.establishment(writing, number, is_active=number != numbers[0])
    with reading_as(session, world.alice) as alice:
        first = queries.list_establishments(session, alice, world.siren_21)
        rest = queries.list_establishments(session, alice, world.siren_21, cursor=first.next_cursor)
        shown = [row.siret for row in [*first.rows, *rest.rows]]
    assert first.total == 31
    assert rest.next_cursor is None
    assert shown[0] == world.siret_21
    assert shown[1:-1] == numbers[1:]
    assert shown[-1] == numbers[0]


def test_a_forged_cursor_means_the_first_page(world: World, session: Session) -> None:
    with reading_as(session, world.alice) as alice:
        page = queries.list_establishments(session, alice, world.siren_21, cursor="n’importe quoi")
    assert page.total == len(page.rows) == 1


def test_confidential_series_are_read_in_the_zone_of_a_firm_once_in_alert(
    world: World, session: Session
) -> None:
    with unit_of_work(SYSTEM) as writing:
        for siret in (world.siret_21, world.siret_21_quiet):
            given.series(writing, siret, "effectif", [1.0])
            given.series(writing, siret, "cotisation", [1.0])
            given.payment_plan(writing, siret)

    def codes(agent_id: int, siren: str) -> tuple[list[str], int]:
        with reading_as(session, agent_id) as agent:
            rows = queries.list_series(session, agent, siren)
            plans = queries.list_payment_plans(session, agent, siren)
            return [row.code for row in rows], len(plans)

    assert codes(world.alice, world.siren_21) == (["cotisation", "effectif"], 1)
    assert codes(world.stranger, world.siren_21) == (["effectif"], 0)
    assert codes(world.alice, world.siren_21_quiet) == (["effectif"], 0)
    assert codes(world.admin, world.siren_21) == ([], 0)


def test_a_siret_gives_the_series_of_one_establishment(world: World, session: Session) -> None:
    other = f"{world.siren_21}00016"
    with unit_of_work(SYSTEM) as writing:
        given.establishment(writing, other)
        given.series(writing, world.siret_21, "effectif", [1.0])
        given.series(writing, other, "effectif", [2.0])
    with reading_as(session, world.alice) as alice:
        assert len(queries.list_series(session, alice, world.siren_21)) == 2
        assert [row.values for row in queries.list_series(session, alice, other)] == [[2.0]]


def test_establishments_add_up_to_what_is_known_of_the_firm(world: World, session: Session) -> None:
    with unit_of_work(SYSTEM) as writing:
        given.freshness(writing)
        given.series(writing, world.siret_21, "effectif", [10.0, None, 12.5, None])
        given.series(writing, f"{world.siren_21}00016", "effectif", [1.0, 2.0, 3.0, None])
    table = series_of(session, world.alice, world.siren_21)
    assert table.months[:2] == [date(2026, 1, 1), date(2026, 2, 1)]
    assert table.series["effectif"] == [11.0, 2.0, 15.5, None]
    assert table.latest("effectif") == (MARCH, 15.5)


def test_a_month_after_the_freshness_of_its_source_is_unknown(
    world: World, session: Session
) -> None:
    with unit_of_work(SYSTEM) as writing:
        given.freshness(writing, effectif=date(2026, 2, 1))
        given.series(writing, world.siret_21, "effectif", [1.0, 2.0, 3.0])
        given.series(writing, world.siret_21, "dette_patronale", [0.0, 0.0, 5.0])
    table = series_of(session, world.alice, world.siren_21)
    assert table.series["effectif"] == [1.0, 2.0, None]
    assert table.series["dette_patronale"] == [0.0, 0.0, 5.0]


def test_series_that_begin_at_different_months_are_aligned(world: World, session: Session) -> None:
    with unit_of_work(SYSTEM) as writing:
        given.freshness(writing)
        given.series(writing, world.siret_21, "effectif", [1.0, 2.0])
        late = CompanySeries(
            siret=f"{world.siren_21}00016", code="effectif", siren=world.siren_21,
            department="21", nature=None, first_month=date(2026, 2, 1), values=[10.0, 20.0],
        )  # fmt: skip
        writing.add(late)
    table = series_of(session, world.alice, world.siren_21)
    assert table.series["effectif"] == [1.0, 12.0, 20.0]


@pytest.mark.parametrize(
    ("reader", "firm", "said"),
    [
        ("alice", "siren_21_quiet", "ne vous sont pas ouvertes"),
        ("stranger", "siren_21", "hors de votre zone"),
    ],
)
def test_what_stays_closed_is_said_with_what_to_do(
    world: World, session: Session, reader: str, firm: str, said: str
) -> None:
    table = series_of(session, getattr(world, reader), getattr(world, firm))
    assert set(table.refusals) == {"urssaf", "activite_partielle", "banque_de_france"}
    assert all(
        sentence.startswith("Données confidentielles") for sentence in table.refusals.values()
    )
    assert said in table.refusals["urssaf"]


def test_a_nature_the_agent_lacks_is_said(world: World, session: Session) -> None:
    with reading_as(session, world.alice) as alice:
        limited = lacking(alice, Nature.ACTIVITE_PARTIELLE)
    session.rollback()
    with acting_as(limited):
        company = queries.get_company(session, limited, world.siren_21)
        table = presenters.series_table(limited, company, [], freshness={})
    assert set(table.refusals) == {"activite_partielle"}
    assert "correspondant" in table.refusals["activite_partielle"]


def test_who_supports_a_firm_reads_it_beyond_the_zone(world: World, session: Session) -> None:
    with reading_as(session, world.stranger) as stranger:
        company = queries.get_company(session, stranger, world.siren_21)
        assert reach(stranger, company) == Reach.OUT_OF_ZONE
    add_member(world.alice, open_case(world.alice, world.siret_21), world.stranger)
    with reading_as(session, world.stranger) as guest:
        company = queries.get_company(session, guest, world.siren_21)
        assert reach(guest, company) == Reach.ACCOMPAGNEMENT
        assert presenters.series_table(guest, company, [], freshness={}).refusals == {}


def test_a_firm_is_journaled_once_per_half_hour_with_the_reason(
    world: World, session: Session
) -> None:
    for agent_id in (world.alice, world.alice, world.stranger):
        with reading_as(session, agent_id) as agent:
            company = queries.get_company(session, agent, world.siren_21)
            services.record_reading(db.engine, agent, company, page="entreprise")
    with reading_as(session, world.controller):
        lines = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
        assert [line.event for line in lines] == [Event.COMPANY_READ] * 2
        assert {line.siren for line in lines} == {world.siren_21}
        assert [line.details for line in lines] == [
            {
                "in_zone": True,
                "reason": "zone",
                "confidential": True,
                "natures": sorted(ALL_NATURES),
                "page": "entreprise",
            },
            {
                "in_zone": False,
                "reason": "hors_zone",
                "confidential": False,
                "natures": [],
                "page": "entreprise",
            },
        ]


def test_a_line_ahead_of_the_clock_hides_no_reading(
    app: TransactionalFlask, cluster: LocalCluster, world: World, session: Session
) -> None:
    with superuser_of(app, cluster) as superuser:
        write_then(
            superuser, utcnow() + timedelta(days=3), event=Event.COMPANY_READ, actor_id=world.alice, actor_name="Alice Fictif",
            siren=world.siren_21, details={"natures": ALL_NATURES},
        )  # fmt: skip
    with reading_as(session, world.alice) as alice:
        company = queries.get_company(session, alice, world.siren_21)
        services.record_reading(db.engine, alice, company)
    assert len(journaled(Event.COMPANY_READ)) == 2


def test_court_events_are_said_in_french_and_unknown_words_are_kept(
    world: World, session: Session
) -> None:
    with unit_of_work(SYSTEM) as writing:
        given.procedure_event(
            writing, world.siren_21, effective_on=date(2024, 5, 6), label="Ouverture_redressement"
        )
        given.procedure_event(
            writing, world.siren_21, effective_on=MARCH, label="Mandat_special_inconnu"
        )
    with reading_as(session, world.stranger) as stranger:
        events = queries.list_procedure_events(session, stranger, world.siren_21)
        assert [presenters.procedure_sentence(event) for event in events] == [
            "Mandat special inconnu",
            "Ouverture : redressement judiciaire",
        ]


@pytest.mark.parametrize(
    ("stage", "due_on", "state"),
    [
        ("APPROB", date(2026, 4, 1), "Accordé, en cours"),
        ("APPROB", date(2026, 2, 1), "Accordé, terminé"),
        ("REFUS", date(2026, 4, 1), "Refusé"),
        ("PRO PR", date(2026, 4, 1), "Proposé"),
        ("", date(2026, 4, 1), "État inconnu"),
    ],
)
def test_only_a_granted_plan_runs(stage: str, due_on: date, state: str) -> None:
    plan = PaymentPlan(stage=stage, due_on=due_on)
    assert presenters.plan_state(plan, on=MARCH) == state


def test_an_event_without_kind_keeps_the_words_of_the_file() -> None:
    event = ProcedureEvent(kind=None, stage="ouverture", label="Ouverture_conciliation")
    assert presenters.procedure_sentence(event) == "Ouverture conciliation"


def test_the_age_counts_whole_years() -> None:
    assert presenters.age_in_years(date(2001, 3, 2), on=MARCH) == 24
    assert presenters.age_in_years(date(2001, 3, 1), on=MARCH) == 25
    assert presenters.age_in_years(None) is None


def test_every_division_of_the_naf_has_a_label_and_a_section() -> None:
    assert len(DIVISIONS) == 88
    assert len(SECTIONS) == 21
    assert all(section_of(division) for division in DIVISIONS)
    assert (section_of("25.50A"), section_label("25.50A")) == ("C", "Industrie manufacturière")
    assert activity_label("24.10Z") == "Métallurgie"
    assert (activity_label(None), section_label("00.00Z")) == (None, None)


def test_a_legal_category_is_named_as_precisely_as_known() -> None:
    assert legal_category_label("5499") == "Société à responsabilité limitée (SARL)"
    assert legal_category_label("5710") == "Société par actions simplifiée (SAS)"
    assert legal_category_label("1000") == "Entrepreneur individuel"
    assert legal_category_label("5999") == "Société commerciale"
    assert legal_category_label(None) is None


def series_of(session: Session, agent_id: int, siren: str) -> presenters.SeriesTable:
    """The series of a firm as its page shows them to an agent."""
    with reading_as(session, agent_id) as agent:
        company = queries.get_company(session, agent, siren)
        rows = queries.list_series(session, agent, siren)
        freshness = queries.find_freshness(session)
        return presenters.series_table(agent, company, rows, freshness=freshness)
