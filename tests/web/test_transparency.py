"""What anybody reads of the algorithm and of the service: the same for all, equal to the registries, with nothing of a firm."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.core.database.unit_of_work import TransactionalFlask
from app.core.now import utcnow
from app.detections.models import ExpertRuleSet
from app.models_registry.models import ModelState, ModelVersion
from app.transparency.algorithm import catalogue, inventory
from scoring.data.sources.registry import SOURCES
from scoring.dictionary.registry import REGISTRY
from scoring.listing import rules_file
from scoring.vocabulary import LIMITS_OF_SCORES, Theme
from tests.factories.confidences import Confidences
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.readers import sign_in_as
from tests.support.statements import wire
from tests.web.test_models_registry import METRICS

CARD = (
    "# Modèle du 2026-09-01\n\nApprentissage.\n\n## Test à 18 mois\n\nMesures.\n\n"
    "## Sous-groupes à 18 mois\n\n| Côte-d’Or | 3 |\n\n## Limites\n\n- Aucune décision.\n"
)
OPEN = ("/algorithme", "/algorithme.json", "/algorithme/fiche.md", "/.well-known/security.txt")


def put_in_service(metrics: dict[str, Any] | None = None) -> int:
    """A model in service, with measures and a card."""
    with system() as session:
        model = ModelVersion(
            directory="models/en-service", sha256="d" * 64, trained_as_of=date(2026, 9, 1),
            state=ModelState.CHAMPION, metrics=metrics or {**METRICS, "card": CARD},
        )  # fmt: skip
        session.add(model)
        session.flush()
        return model.id


def write_rules(world: World) -> None:
    """Rules of which one is in force."""
    text = rules_file.examples().replace("enabled: false", "enabled: true", 1)
    text = text.replace("    until: 2021-12-31\n", "", 1)
    with system() as session:
        session.add(
            ExpertRuleSet(text=text, note="Essai", author_id=world.scientist, in_force_from=date(2026, 1, 1))
        )  # fmt: skip


def set_config(app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Settings of the instance, for a test."""
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(**changes))


def texts(answer: TestResponse, selector: str) -> list[str]:
    """What stands in the elements of a page."""
    return [tag.get_text(" ", strip=True) for tag in parsed(answer.text).select(selector)]


def test_the_page_says_what_the_dictionary_and_the_registry_say(
    client: InspectingClient, world: World
) -> None:
    put_in_service()
    write_rules(world)
    page = client.get("/algorithme")
    rows = texts(page, "tr")
    for source in SOURCES.values():
        assert any(row.startswith(source.title) for row in rows), source.title
    for head in (feature for feature in REGISTRY if feature.is_head):
        told = [row for row in rows if row.startswith(head.label)]
        assert any(catalogue.SIGNS[head.monotone] in row for row in told), head.name
    assert [text for text in texts(page, "h3") if text in {t.label for t in Theme}] == [
        theme.label for theme in Theme
    ]
    for limit in LIMITS_OF_SCORES:
        assert limit in page.text
    assert "0,25 [0,25 ; 0,25]" in page.text, "a figure has its interval"
    rule = "Dette Urssaf en hausse de plus de 0,2 mois de cotisations en six mois"
    assert any(row.startswith(rule) for row in rows)
    assert "remboursée à plus de 90 %" not in page.text, "a rule that is not in force"
    assert "Règle de 2021" not in page.text, "the author of a rule is a person"


def test_without_a_model_the_page_says_so(client: InspectingClient, world: World) -> None:
    page = client.get("/algorithme")
    assert page.status_code == 200
    assert "Aucun modèle en service" in page.text
    assert "Aucune règle n’est en vigueur" in page.text
    assert client.get("/algorithme/fiche.md").status_code == 404
    assert client.get("/algorithme.json").get_json()["modele_en_service"] is None


def test_what_is_open_is_kept_and_is_the_same_for_whoever_reads_it(
    client: InspectingClient, app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch, confidences: Confidences
) -> None:  # fmt: skip
    set_config(app, monkeypatch, contact="acces@exemple.invalid")
    put_in_service()
    for address in OPEN:
        alone = client.get(address)
        sign_in_as(client, confidences.world.alice)
        signed = client.get(address)
        client.delete_cookie("vigie")
        for answer in (alone, signed):
            assert answer.status_code == 200, address
            assert answer.headers["Cache-Control"] == "public, max-age=300", address
            assert "Set-Cookie" not in answer.headers, address
            assert "<script" not in answer.text, address
            assert "csrf" not in answer.text, address
        assert alone.data == signed.data, address
        for secret in (*confidences.readers, confidences.world.siren_21):
            assert secret not in alone.text, (address, secret)
    assert client.get("/stats").headers["Cache-Control"] == "no-store"
    assert client.get("/algorithme/rien").headers["Cache-Control"] == "no-store"


def test_an_anonymous_reader_costs_a_few_statements(client: InspectingClient, world: World) -> None:
    put_in_service()
    write_rules(world)
    client.get("/algorithme")
    with wire() as watched:
        client.get("/algorithme")
        sent = watched.take()
    assert len(sent) <= 24, sent


def test_the_record_has_the_blocks_of_an_inventory(
    client: InspectingClient, app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    set_config(app, monkeypatch, publisher="Direction d’essai", budget=((2026, 250_000),))
    model_id = put_in_service()
    write_rules(world)
    told = client.get("/algorithme.json").get_json()
    assert list(told) == [
        "schema", "administration", "algorithme", "impact", "fonctionnement", "modele_en_service", "corrections_humaines",
    ]  # fmt: skip
    assert told["administration"]["nom"] == "Direction d’essai"
    assert told["administration"]["contact"] is None, "nobody filled it in"
    assert told["impact"]["cout_annuel_euros"] == {"2026": 250_000}
    heads = {feature.label for feature in REGISTRY if feature.is_head}
    assert {
        v["libelle"] for t in told["fonctionnement"]["variables"] for v in t["variables"]
    } == heads
    assert [source["code"] for source in told["fonctionnement"]["donnees"]] == list(SOURCES)
    assert [rule["nom"] for rule in told["fonctionnement"]["regles_expert"]] == [
        "dette-en-hausse-sur-6-mois"
    ]
    model = told["modele_en_service"]
    assert (model["numero"], model["evaluation"]["p18"]["models"]["vigie"]["auc"]["value"]) == (
        model_id,
        0.25,
    )
    assert "subgroups" not in json.dumps(told), (
        "small groups of firms stay with those who read the model"
    )


def test_the_public_card_leaves_small_groups_out(client: InspectingClient, world: World) -> None:
    put_in_service()
    card = client.get("/algorithme/fiche.md").text
    assert "Mesures." in card
    assert "Aucune décision." in card
    assert "Côte-d’Or" not in card
    assert inventory.public_card("## Sous-groupes à 18 mois\n\nx\n") == ""


def test_the_security_file_is_what_the_rfc_asks(
    client: InspectingClient, app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404, "nobody is named"
    set_config(app, monkeypatch, contact="acces@exemple.invalid")
    assert "Contact: mailto:acces@exemple.invalid" in client.get("/.well-known/security.txt").text
    set_config(app, monkeypatch, security_contact="faille@exemple.invalid")
    answer = client.get("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert list(fields) == ["Contact", "Expires", "Preferred-Languages", "Canonical"]
    assert fields["Contact"] == "mailto:faille@exemple.invalid"
    assert fields["Canonical"].endswith("/.well-known/security.txt")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fields["Expires"])
    expires = datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00"))
    assert timedelta(days=30) < expires - utcnow() < timedelta(days=365)


def test_what_nobody_filled_in_is_said_to_be_missing(
    client: InspectingClient, app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    for address in ("/mentions-legales", "/budget", "/impact-public"):
        assert "on renseigné" in client.get(address).text, address
    set_config(
        app, monkeypatch, publisher="Direction d’essai", publication_director="A. Essai", hosting="Chez nous",
        contact="acces@exemple.invalid", budget=((2026, 250_000), (2027, 300_000)),
    )  # fmt: skip
    years = [" ".join(row.split()) for row in texts(client.get("/budget"), "tbody tr")]
    assert years == ["2026 250 000 €", "2027 300 000 €"]
    legal = client.get("/mentions-legales").text
    assert "non renseigné" not in legal
    assert "Chez nous" in legal
    assert "acces@exemple.invalid" in client.get("/accessibilite").text


def test_every_page_leads_to_what_is_public(
    client: InspectingClient, app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "security.txt" not in client.get("/stats").text, "a link to nothing"
    set_config(app, monkeypatch, contact="acces@exemple.invalid")
    for address in ("/algorithme", "/stats"):
        linked = {tag["href"] for tag in parsed(client.get(address).text).select("footer a")}
        assert {
            "/algorithme", "/impact-public", "/budget", "/.well-known/security.txt", "/accessibilite", "/mentions-legales",
            "/donnees-personnelles", "/stats",
        } <= linked  # fmt: skip
