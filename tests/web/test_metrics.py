"""`/metriques`: nothing for whoever has not the token; figures that Prometheus understands, and that name nobody."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from app.core import logging as logs
from app.operations.metrics.exposition import exposed
from config import ROOT
from tests.factories.people import World
from tests.factories.readings import HEALTHY
from tests.support.client import InspectingClient

ADDRESS = "/metriques"
TOKEN = "jeton-de-surveillance-0123456789abcdef"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
#: what must be found nowhere: sent in addresses, in a form and in headers
SECRET = "secret-0f1e2d3c4b5a69788796a5b4c3d2e1f0"
NAME = "Boulangerie-Confidence"
#: names of metrics in an expression of PromQL, and of watched things
NAMES = re.compile(r"\bvigie_\w+")
THINGS = re.compile(r'thing="(\w+)"')
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def watched(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application, with a token."""
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(metrics_token=TOKEN))


def _samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text) for sample in family.samples
    }  # fmt: skip


def _read(client: InspectingClient) -> Samples:
    answer = client.get(ADDRESS, headers=AUTHORIZED)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    return _samples(answer.get_data(as_text=True))


def test_without_a_token_the_address_does_not_exist(world: World, client: InspectingClient) -> None:
    assert client.get(ADDRESS, headers=AUTHORIZED).status_code == 404
    assert client.get(ADDRESS, headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", "Bearer é", f"Basic {TOKEN}"],
)  # fmt: skip
def test_another_token_finds_nothing_even_for_an_administrator(
    world: World, client: InspectingClient, watched: None, given: str | None
) -> None:
    client.sign_in(world.admin)
    headers = {} if given is None else {"Authorization": given}
    assert client.get(ADDRESS, headers=headers).status_code == 404


def test_requests_are_counted_by_template_of_route(
    world: World, client: InspectingClient, watched: None
) -> None:
    before = _read(client)
    client.sign_in(world.alice)
    for siren in (world.siren_21, world.siren_21_quiet):
        client.get(f"/entreprises/{siren}")
    client.get("/nulle-part")
    client.open("/nulle-part", method="PROPFIND")
    after = _read(client)
    route = next(
        dict(labels)["route"] for (_, labels) in after if dict(labels).get("route", "").startswith("/entreprises/<")
    )  # fmt: skip

    def gained(name: str, **labels: str) -> float:
        key = (name, tuple(sorted(labels.items())))
        return after[key] - before.get(key, 0)

    assert gained("vigie_http_request_duration_seconds_count", route=route) == 2
    assert gained("vigie_http_request_statements_count", route=route) == 2
    assert gained("vigie_http_request_statements_sum", route=route) >= 4
    assert gained("vigie_http_requests_total", route="autre", method="GET", status="404") == 1
    assert sum(gained(name, **dict(labels)) for name, labels in after
               if name == "vigie_http_requests_total" and dict(labels)["method"] == "autre") == 1  # fmt: skip


def test_figures_are_those_that_were_read_and_judged() -> None:
    found = _samples(exposed(HEALTHY).decode())
    assert found["vigie_tasks_waiting", (("task", "mail:send"),)] == 2
    assert found["vigie_import_age_seconds", (("source", "cotisation"),)] == 9 * 86_400
    assert found["vigie_backup_age_seconds", ()] == 8 * 3_600
    assert found["vigie_journal_seal_age_days", ()] == 1
    assert found["vigie_entries", (("outcome", "refused"),)] == 12
    assert found["vigie_drift", (("verdict", "green"),)] == 1
    assert found["vigie_drift", (("verdict", "red"),)] == 0
    assert found["vigie_watched", (("standing", "en_ordre"), ("thing", "disk"))] == 1
    assert found["vigie_watched", (("standing", "en_retard"), ("thing", "disk"))] == 0


def test_neither_figures_nor_lines_name_anything(
    world: World, client: InspectingClient, watched: None, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(production=True)
    capsys.readouterr()
    client.sign_in(world.alice)
    for address in (
        f"/entreprises/{world.siren_21}", f"/recherche?q={NAME}+{world.siren_21}", f"/reponse/{SECRET}",
        f"/guichet/suivi/{SECRET}", f"/calendrier/{SECRET}.ics", f"/{NAME}/{SECRET}", f"/entreprises/{NAME}?{SECRET}={SECRET}",
    ):  # fmt: skip
        client.get(address, headers={"User-Agent": NAME, "X-Request-Id": world.siren_21})
    client.post("/connexion", data={"email": f"{NAME}@exemple.invalid", "passphrase": SECRET})
    lines = capsys.readouterr().err.splitlines()
    told = [json.loads(line) for line in lines]
    assert sum(line["event"] == "request" for line in told) >= 8
    assert all(line["request_id"] for line in told if line["event"] == "request")
    figures = client.get(ADDRESS, headers=AUTHORIZED).get_data(as_text=True)
    with_agent = (NAME, SECRET, world.siren_21, world.siret_21, "alice", "exemple.invalid")
    for word in with_agent:
        assert word.lower() not in "\n".join(lines).lower()
        assert word.lower() not in figures.lower()


@pytest.mark.parametrize(
    ("proxies", "given", "is_kept"),
    [
        (1, "0123456789abcdef0123456789abcdef", True),
        (1, "6F9619FF-8B86-D011-B42D-00C04FC964FF", True),
        (0, "0123456789abcdef0123456789abcdef", False),
        (1, "100000009", False),
        (1, "Boulangerie", False),
        (1, "0123456789abcdef0123456789abcdef\n", False),
    ],
)
def test_the_id_of_a_request_is_that_of_the_proxy_only_if_one_is_believed(
    app: Flask, client: InspectingClient, monkeypatch: pytest.MonkeyPatch, proxies: int, given: str, is_kept: bool
) -> None:  # fmt: skip
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(proxies=proxies))
    answer = client.get("/sante", environ_overrides={"HTTP_X_REQUEST_ID": given})
    assert (answer.headers["X-Request-Id"] == given.lower()) is is_kept


def _expressions(held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        yield from (value for key, value in held.items() if key == "expr")
        held = list(held.values())
    if isinstance(held, list):
        for each in held:
            yield from _expressions(each)


@pytest.mark.parametrize("name", ["grafana.json", "alerts.yaml"])
def test_dashboard_and_alerts_ask_for_what_is_exposed(
    world: World, client: InspectingClient, watched: None, name: str
) -> None:
    _read(client)
    known = {metric for metric, _ in _read(client)} | {metric for metric, _ in _samples(exposed(HEALTHY).decode())}  # fmt: skip
    things = {dict(labels)["thing"] for metric, labels in _samples(exposed(HEALTHY).decode()) if metric == "vigie_watched"}  # fmt: skip
    text = (ROOT / "deploy" / "watch" / name).read_text()
    asked = list(_expressions(yaml.safe_load(text)))
    assert asked
    named = {word for expression in asked for word in NAMES.findall(expression)}
    assert named
    assert named <= known
    assert {thing for expression in asked for thing in THINGS.findall(expression)} <= things
