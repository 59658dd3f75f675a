"""The page of the funnel: for managers, on their zone, in the period of the address."""

import re
from datetime import date

import pytest
from sqlalchemy import update

from app.core.access.identity import Nature
from app.habilitations.models import Habilitation
from app.impact.breakdowns import Breakdown
from app.impact.metrics import METRICS
from tests.factories import impact
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import Tag, parsed
from tests.support.readers import sign_in_as, sign_out
from tests.support.statements import wire

#: before the view, five (`test_who_asks`); the départements; five of the funnel; COMMIT
OF_THE_PAGE = 12
YEAR = "since=2026-01-01&until=2026-12-31"


@pytest.fixture
def world(world: World) -> World:
    """The world, and the history of its firms."""
    with system() as session:
        impact.history(session, world)
    return world


def figures(page: Tag) -> dict[str, list[str]]:
    """The cells of each row of the tables by group: stages, then delays."""
    found: dict[str, list[str]] = {}
    for row in page.select("#par-groupe tbody tr"):
        cells = [cell.get_text("\n", strip=True).split("\n")[0] for cell in row.find_all("td")]
        found.setdefault(row.select("th")[0].get_text(strip=True), []).extend(cells)
    return found


def test_a_manager_reads_the_funnel_of_the_zone(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.manager)
    page = client.page(f"/impact?{YEAR}")
    assert figures(page) == {
        "21 – Côte-d’Or": [
            "2",
            "2",
            "0",
            "0",
            "1",
            "1",
            "1",
            "1",
            "1",
            "15",
            "20",
            "20",
            "40",
            "80",
        ],
        "25 – Doubs": ["1", "1", "0", "0", "1", "0", "1", "0", "0", "30", "30", "–", "–", "–"],
        "Ensemble": ["3", "3", "0", "0", "2", "1", "2", "1", "1", "20", "25", "20", "40", "80"],
    }
    assert "Entreprise restructurée" in page.select("#issues")[0].get_text()
    assert "Paris" not in page.select("main")[0].get_text()


def test_the_fragment_equals_the_page(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.manager)
    path = f"/impact?{YEAR}&departement=25"
    fragment = client.get(path, headers={"HX-Request": "true"}).get_data(as_text=True)
    page = client.page(path)
    assert list(figures(page)) == ["25 – Doubs", "Ensemble"]
    assert str(page.select_one("#entonnoir")) == str(parsed(fragment).select_one("#entonnoir"))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=hier", "since"),
        ("since=2026-02-30", "since"),
        ("until=31/12/2026x", "until"),
        ("since=2026-12-31&until=2026-01-01", "until"),
        ("since=9999-12-31", "until"),
        ("departement=75", "departement"),
        ("departement=25&departement=<b>", "departement"),
        ("par=chiffre", "par"),
    ],
)
def test_what_cannot_be_counted_is_said(
    client: InspectingClient, world: World, query: str, field: str
) -> None:
    sign_in_as(client, world.manager)
    answer = client.get(f"/impact?{query}")
    assert answer.status_code == 422
    page = parsed(answer.get_data(as_text=True))
    said = [message.get_text(strip=True) for message in page.select(".fr-message--error")]
    assert len(said) == 1, said
    assert said[0]
    assert page.find(attrs={"name": field}) is not None
    assert "Paris" not in page.select("#entonnoir")[0].get_text()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "since=0001-01-01",
        "until=0001-01-01",
        "until=9999-12-31",
        "since=0001-01-01&until=9999-12-31",
    ],
)
def test_any_period_in_its_order_is_counted(
    client: InspectingClient, world: World, query: str
) -> None:
    sign_in_as(client, world.manager)
    assert client.get(f"/impact?{query}").status_code == 200


def test_the_funnel_is_for_managers(client: InspectingClient, world: World) -> None:
    for agent in (world.alice, world.bob, world.stranger, world.admin, world.scientist):
        sign_in_as(client, agent)
        refused = client.get("/impact")
        assert refused.status_code == 403
        assert "#entonnoir" not in refused.get_data(as_text=True)
    sign_out(client)
    assert client.get("/impact").status_code == 401


def test_each_figure_says_what_it_counts_and_what_it_was_before(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.manager)
    page = client.page(f"/impact?{YEAR}")
    cards = page.select("#entonnoir .vigie-stat")
    assert len(cards) >= 9
    for card in cards:
        button = card.select_one("button[popovertarget]")
        said = card.select_one(f"#{button['popovertarget']}").get_text()
        assert "Définition n° " in said
        if card.select_one("#definition-detected, #definition-contacted"):
            assert "période d’avant : " in card.get_text()
    (told,) = [c.get_text(" ", strip=True) for c in cards if c.select_one("#definition-contacted")]
    # Of three firms, a rate would be the luck of one: the whole is said instead.
    assert "sur 3 des détectées" in told
    assert "%" not in told
    rows = client.page("/impact/definitions").select("tbody tr")
    assert {row["id"] for row in rows} >= set(METRICS)


def test_a_rate_is_said_of_enough_firms(client: InspectingClient, world: World) -> None:
    with system() as session:
        impact.drawn_history(session, world, seed=7)
    sign_in_as(client, world.manager)
    page = client.page(f"/impact?{YEAR}")
    share = re.search(r"(\d+)\s%\s+des détectées", page.select_one("#entonnoir").get_text())
    cells = figures(page)["Ensemble"]
    assert share
    assert int(share[1]) == round(100 * int(cells[1]) / int(cells[0]))


def test_a_trend_gives_each_quarter_as_many_days(client: InspectingClient, world: World) -> None:
    """Twenty firms of one day: ten called in the ninety days that follow, five later."""
    firms = [f"8{number:08d}" for number in range(20)]
    with system() as session:
        for siren in firms:
            impact.firm(session, siren, "21")
        publish_list(
            session,
            *(Alerted(siren=siren, department="21") for siren in firms),
            as_of=date(2026, 4, 1),
        )
        for siren, day in zip(
            firms, [date(2026, 6, 30)] * 10 + [date(2026, 7, 1)] * 5, strict=False
        ):
            impact.visit(session, world, f"{siren}00001", day)
    sign_in_as(client, world.manager)
    page = client.page(f"/impact?{YEAR}")
    first, second = page.select("#tendance tbody tr")
    assert [cell.get("data-value") for cell in second.select("td")] == [
        "50",
        None,
        None,
        None,
        None,
    ]
    # Of three firms, a rate would be the luck of one.
    assert {cell.get("data-value") for cell in first.select("td")} == {None}
    counted = page.select("#par-trimestre table")[-1].select("tbody tr")[1]
    assert [cell.get_text(strip=True) for cell in counted.select("td")] == [
        "20",
        "10",
        "0",
        "0",
        "0",
        "0",
    ]


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("secteur", ["C – Industrie manufacturière", "F – Construction", "G – Commerce", "Non renseigné", "Ensemble"]),
        ("taille", ["Moins de 10", "10 à 19", "20 à 49", "50 à 249", "250 salariés", "Non renseigné", "Ensemble"]),
        ("niveau", ["Alerte élevée", "Alerte modérée", "Signalement humain", "Ensemble"]),
        ("administration", ["Direccte (Dreets)", "Urssaf", "Banque de France", "DGFiP", "DGE", "Équipe Vigie", "Ensemble"]),
    ],
)  # fmt: skip
def test_the_funnel_is_told_by_one_choice_of_the_address(
    client: InspectingClient, world: World, by: str, groups: list[str]
) -> None:
    with system() as session:
        impact.drawn_history(session, world, seed=7)
    sign_in_as(client, world.manager)
    told = figures(client.page(f"/impact?{YEAR}&par={by}"))
    assert [name.startswith(group) for name, group in zip(told, groups, strict=True)] == [
        True
    ] * len(groups)
    together = sum(int(cells[0]) for name, cells in told.items() if name != "Ensemble")
    # Whatever the choice, each firm once; but for administrations, which all have the same firms before them.
    assert together == int(told["Ensemble"][0]) * (len(groups) - 1 if by == "administration" else 1)


def test_the_page_reads_as_much_whatever_the_choice(client: InspectingClient, world: World) -> None:
    """Five statements of its own: the funnel now and before, the outcomes, the jobs now and before."""
    with wire() as sent:
        sign_in_as(client, world.manager)
        client.get(f"/impact?{YEAR}")
        taken = {}
        for by in Breakdown:
            sent.take()
            assert client.get(f"/impact?{YEAR}&par={by.value}").status_code == 200
            taken[by] = sent.take()
    assert {len(statements) for statements in taken.values()} == {OF_THE_PAGE}, taken


def test_a_group_takes_the_score(client: InspectingClient, world: World) -> None:
    """Who may not read the level has no group of that level, nor any firm counted for it."""
    with system() as session:
        session.execute(update(Habilitation).values(natures=[Nature.URSSAF.value]))
    sign_in_as(client, world.manager)
    page = client.page(f"/impact?{YEAR}&par=niveau")
    assert figures(page) == {}
    assert "Aucune entreprise détectée" in page.select_one("#entonnoir").get_text()
