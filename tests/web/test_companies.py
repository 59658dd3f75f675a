"""The panels of the firm's page: valid, and plain about what stays closed."""

from datetime import date

import pytest
from flask import render_template
from sqlalchemy.orm import Session

from app.companies import presenters, queries
from app.companies.charts import charts_of
from app.core.access.identity import system_identity
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from tests.factories import companies as given
from tests.factories.people import World, identity
from tests.support.client import assert_unique_ids
from tests.support.documents import Tag, errors_of, parsed

SYSTEM = system_identity("tests")
PANELS = ("identity", "debt", "series", "plans", "establishments", "procedures")


@pytest.fixture
def figures(world: World) -> None:
    """Two firms of the Côte-d’Or with every kind of figure; only one was in alert."""
    with unit_of_work(SYSTEM) as session:
        given.freshness(session, effectif=date(2026, 2, 1))
        for siret in (world.siret_21, world.siret_21_quiet):
            given.series(session, siret, "effectif", [40.0, 41.0, 42.0])
            given.series(session, siret, "ap_consommee", [1.5, 0.0, 0.0])
            given.series(session, siret, "dette_patronale", [0.0, 1234.0, 5678.0])
            given.series(session, siret, "cotisation", [1000.0, None, 1000.0])
            given.payment_plan(session, siret)
            given.procedure_event(
                session, siret[:9], effective_on=date(2026, 2, 3), label="Ouverture_sauvegarde"
            )


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("siren", ["siren_21", "siren_21_quiet"])
def test_each_panel_is_valid_html(
    app: TransactionalFlask, world: World, session: Session, figures: None, panel: str, siren: str
) -> None:
    html = panel_html(app, session, world.alice, getattr(world, siren), panel)
    assert errors_of(html, is_fragment=True) == []
    assert_unique_ids(parsed(html), panel)


def test_series_show_figures_with_source_and_freshness(
    app: TransactionalFlask, world: World, session: Session, figures: None
) -> None:
    page = soup(app, session, world.alice, world.siren_21, "series")
    text = page.get_text(" ", strip=True)
    debt = soup(app, session, world.alice, world.siren_21, "debt").get_text(" ", strip=True)
    assert "5 678" in debt.replace("\u202f", " ")
    assert "données jusqu’à févr. 2026" in text
    assert "Accordé" in soup(app, session, world.alice, world.siren_21, "plans").get_text()
    # March is after the freshness of the workforce: unknown, never 0.
    march = page.select_one("th[data-month='2026-03-01'] + td")
    assert march is not None
    assert march.get_text().startswith("–")


def test_a_firm_never_in_alert_shows_no_confidential_figure_and_says_what_to_do(
    app: TransactionalFlask, world: World, session: Session, figures: None
) -> None:
    text = " ".join(
        soup(app, session, world.alice, world.siren_21_quiet, panel).get_text(" ", strip=True)
        for panel in ("debt", "series")
    )
    assert "5 678" not in text.replace("\u202f", " ")
    assert "Données confidentielles" in text
    assert "«\u00a0Signaler l’entreprise\u00a0»" in text
    assert "Effectif" in text


def test_a_stranger_reads_public_data_and_is_told_why_the_rest_is_closed(
    app: TransactionalFlask, world: World, session: Session, figures: None
) -> None:
    text = soup(app, session, world.stranger, world.siren_21, "debt").get_text(" ", strip=True)
    assert "hors de votre zone" in text
    assert "5 678" not in text.replace("\u202f", " ")


def test_identity_is_written_in_french(
    app: TransactionalFlask, world: World, session: Session, figures: None
) -> None:
    text = soup(app, session, world.stranger, world.siren_21, "identity").get_text(" ", strip=True)
    for said in (
        "100 000 009",
        "Société par actions simplifiée (SAS)",
        "In bonis",
        "3 février 2001",
    ):
        assert said in text.replace("\u00a0", " ").replace("\u202f", " ")


def soup(app: TransactionalFlask, session: Session, agent_id: int, siren: str, panel: str) -> Tag:
    return parsed(panel_html(app, session, agent_id, siren, panel))


def panel_html(
    app: TransactionalFlask, session: Session, agent_id: int, siren: str, panel: str
) -> str:
    """A panel as the firm's page includes it."""
    agent = identity(session, agent_id)
    session.rollback()
    with app.test_request_context("/"), acting_as(agent):
        company = queries.get_company(session, agent, siren)
        freshness = queries.find_freshness(session)
        rows = queries.list_series(session, agent, siren)
        series = presenters.series_table(agent, company, rows, freshness=freshness)
        return render_template(
            f"companies/_panel_{panel}.html",
            company=company,
            series=series,
            charts=charts_of(series, freshness),
            establishments=queries.list_establishments(session, agent, siren),
            plans=queries.list_payment_plans(session, agent, siren),
            procedures=queries.list_procedure_events(session, agent, siren),
            freshness=freshness,
        )
