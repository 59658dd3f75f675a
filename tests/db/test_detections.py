"""Entries, reasons, history and signals as each reader may see them."""

from datetime import timedelta
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import now
from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError, NotFoundError
from app.core.work import events
from app.core.work.events import DomainEvent
from app.detections import panels
from app.detections.answers import services
from app.detections.lists import queries
from app.detections.lists.filters import Filters, Order
from app.detections.lists.rows.listing import Listing
from app.detections.models import HumanSignal, SignalSource
from app.habilitations.models import Habilitation
from scoring.vocabulary import Level, Novelty
from tests.factories.companies import store_figures
from tests.factories.detections import AS_OF, EARLIER, Alerted, publish_list
from tests.factories.people import ALL_NATURES, World, identity
from tests.factories.unlocks import MOTIVE

ACTOR = system_identity("tests")


@pytest.fixture
def lists(world: World) -> tuple[int, int]:
    """An older list and the current one, for the firm of Côte-d’Or; their numbers."""
    firm = Alerted(siren=world.siren_21, department="21", level=Level.MODEREE)
    worse = Alerted(
        siren=world.siren_21,
        department="21",
        level=Level.ELEVEE,
        novelty=Novelty.AGGRAVATION,
        p18=0.5,
    )
    with unit_of_work(ACTOR) as session:
        older = publish_list(session, firm, as_of=EARLIER).id
        return older, publish_list(session, worse, as_of=AS_OF).id


def who(agent_id: int) -> Identity:
    with unit_of_work(ACTOR) as session:
        return identity(session, agent_id)


def company(session: Session, siren: str) -> Company:
    return session.get_one(Company, siren)


def test_the_current_entry_and_the_history_are_read_in_the_zone_only(
    world: World, lists: tuple[int, int]
) -> None:
    for agent in (world.alice, world.bob, world.carol, world.manager):
        reader = who(agent)
        with unit_of_work(reader) as session:
            history = queries.list_history(session, reader, world.siren_21)
            assert history[0].level is Level.ELEVEE
            assert [item.list_id for item in history] == [lists[1], lists[0]]
    for agent in (world.stranger, world.admin, world.scientist):
        reader = who(agent)
        with unit_of_work(reader) as session:
            assert queries.list_history(session, reader, world.siren_21) == []
            with pytest.raises(NotFoundError):
                queries.get_entry(session, reader, 1)


def test_of_two_lists_of_a_day_the_last_one_counts(world: World, lists: tuple[int, int]) -> None:
    with unit_of_work(ACTOR) as session:
        again = publish_list(session, as_of=AS_OF).id
        assert [item.id for item in queries.list_lists(session)] == [again, lists[0]]
        current = queries.find_current_list(session)
        assert current is not None
        assert current.id == again
        assert [e.list_id for e in queries.list_history(session, ACTOR, world.siren_21)] == [
            lists[0]
        ]


def why(session: Session, reader: Identity, firm: Company) -> dict[str, Any]:
    """What the panel « Pourquoi cette alerte » shows a reader."""
    stands = panels.standing(session, reader, firm)
    return panels.of_firm(session, reader, firm, stands)["why"]


def test_a_theme_whose_nature_the_reader_lacks_is_said_not_habilitated(
    world: World, lists: tuple[int, int]
) -> None:
    reader = who(world.alice)
    with current_app.test_request_context(), unit_of_work(reader) as session:
        shown = why(session, reader, company(session, world.siren_21))
        told = {
            side: [reason.sentence for reason in shown[side]]
            for side in ("raised", "lowered", "missing")
        }
    themes = {line.label: line.contribution for line in shown["themes"]}
    assert themes == {"Dettes sociales": 0.8, "Effectif": -0.2}
    assert told == {
        "raised": ["Dette Urssaf : 3,2 mois de cotisations"],
        "lowered": ["Effectif : 42 salariés"],
        "missing": ["Évolution de l’effectif : donnée absente"],
    }
    with unit_of_work(ACTOR) as session:
        for right in session.query(Habilitation).filter_by(agent_id=world.alice):
            right.natures = ["score"]
    reader = who(world.alice)
    with current_app.test_request_context(), unit_of_work(reader) as session:
        shown = why(session, reader, company(session, world.siren_21))
    hidden = {line.label for line in shown["themes"] if line.is_hidden}
    assert hidden == {
        "Santé financière",
        "Dettes sociales",
        "Activité partielle",
        "Retards de paiement",
    }
    assert shown["raised"] == []


def test_new_alerts_are_counted_in_the_zone(world: World, lists: tuple[int, int]) -> None:
    for agent, count in ((world.alice, 1), (world.stranger, 0)):
        reader = who(agent)
        with unit_of_work(reader) as session:
            shown = panels.new_alerts(session, reader)
            assert shown["new_count"] == count
            assert [row.siren for row in shown["rows"]] == [world.siren_21] * count


def test_a_signal_is_heard_and_leaves_the_agents_own_rights_unchanged(
    world: World,
) -> None:
    heard: list[DomainEvent] = []
    alice = who(world.alice)
    hearing = events.listeners.holding(lambda _session, _identity, event: heard.append(event))
    with hearing, unit_of_work(alice) as session:
        firm = company(session, world.siren_21_quiet)
        services.flag_firm(
            session, alice, firm, source=SignalSource.PRESSE, comment="Grève annoncée lundi."
        )
        assert firm.readable == sorted(ALL_NATURES)
        # Firms are not hers to write.
        firm.name = "Autre nom"
        with pytest.raises(Exception, match=r"0 were matched|row-level security"):
            session.flush()
        session.rollback()
    assert [(event.siren, event.details) for event in heard] == [
        (world.siren_21_quiet, {"source": "externe", "scope": "zone"}),
        (world.siren_21_quiet, {"source": "presse"}),
    ]


def test_a_signal_out_of_the_zone_is_refused_by_the_database_too(world: World) -> None:
    alice = who(world.alice)
    with unit_of_work(alice) as session:
        firm = company(session, world.siren_75)
        with pytest.raises(DomainError, match="pas dans votre zone"):
            services.flag_firm(session, alice, firm, source=SignalSource.PRESSE, comment=MOTIVE)
        session.rollback()
        signal = {"source": SignalSource.PRESSE, "comment": MOTIVE, "author_id": world.alice}
        session.add(HumanSignal(siren=firm.siren, departments=firm.departments, **signal))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()
        session.rollback()


def test_a_signal_leaves_the_lists_after_a_year(world: World, lists: tuple[int, int]) -> None:
    alice = who(world.alice)
    with now.at(now.utcnow() - timedelta(days=364)), unit_of_work(alice) as session:
        firm = company(session, world.siren_21_quiet)
        services.flag_firm(session, alice, firm, source=SignalSource.INTERNE, comment=MOTIVE)

    def listed(days: int) -> int:
        with unit_of_work(alice) as session:
            until = now.utcnow() + timedelta(days=days)
            return Listing(alice, None, until=until, filters=Filters()).counts(session)["rows"]

    assert (listed(0), listed(2)) == (1, 0)


def test_the_debt_of_a_list_is_the_last_known_month_of_every_establishment(
    world: World, lists: tuple[int, int]
) -> None:
    with unit_of_work(ACTOR) as session:
        for siret, code, values in (
            (world.siret_21, "dette_patronale", "{5,10,NULL}"),
            (world.siret_21, "dette_salariale", "{1,2,3}"),
            ("10000000900016", "dette_patronale", "{100,NULL,NULL}"),
            (world.siret_21, "cotisation", "{7,7,7}"),
        ):
            session.execute(
                text(
                    "insert into company_series values (:siret, :code, :siren, '21', 'urssaf', '2026-01-01', :values)"
                ),
                {"siret": siret, "code": code, "siren": world.siren_21, "values": values},
            )
        store_figures(session)
    alice = who(world.alice)
    with unit_of_work(alice) as session:
        current = queries.find_current_list(session)
        listing = Listing(alice, current, until=now.utcnow(), filters=Filters(debt_min=100))
        ((row,), _) = listing.page(session, order=Order(), cursor=None)
        assert row.debt == 10 + 3 + 100
        assert row.short_time is None
        assert listing.counts(session) == {
            Level.ELEVEE: 1,
            Level.MODEREE: 0,
            "human": 0,
            "rows": 1,
        }
